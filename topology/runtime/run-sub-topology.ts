import type { SubTopology } from '../model/topology.ts'
import type { PartState } from '../ports/telemetry.ts'
import { announceExactlyOnce } from './announce-exactly-once.ts'
import { Assignment } from './assignment.ts'
import type { ProcessEnvironment } from './environment.ts'
import { groupOf } from './group-of.ts'
import { partEnvironment } from './part-environment.ts'
import { plansOf } from './plan.ts'
import { PollLoop, type StopReport } from './poll-loop.ts'
import type { Task } from './task.ts'

/** A sub-topology while it runs. */
export interface RunningPart {
  readonly name: string
  /** The tasks of this moment, for status and for draining. */
  readonly tasks: () => readonly Task[]
  /** How it is at this moment. */
  readonly state: () => PartState
  /** Takes no more records, waits for those in flight within the drain time, then leaves the group. */
  readonly stop: () => Promise<StopReport>
  /** Ends at once, as a crash would: nothing more is committed. */
  readonly kill: () => Promise<void>
  /** Rejects when the sub-topology cannot go on; resolves when it was stopped. */
  readonly ended: Promise<void>
}

/** Joins the consumer group and runs until stopped. */
export const runSubTopology = async (
  env: ProcessEnvironment,
  part: SubTopology,
): Promise<RunningPart> => {
  const plans = plansOf(part)
  const delivery = env.options.delivery[part.name] ?? 'at-least-once'
  if (delivery === 'exactly-once') announceExactlyOnce(env, part)
  const consumer = await env.log.join(
    groupOf(env, part),
    plans.map((plan) => plan.topic.name),
    delivery,
  )
  const { fail, failure } = firstFailure((message) =>
    env.telemetry.emit({ kind: 'fatal', subTopology: part.name, message }),
  )
  const partEnv = partEnvironment({ ...env, consumer, delivery, fail }, part.name, plans)
  const loop = new PollLoop(partEnv, new Assignment(partEnv, plans))
  const ended = untilEnd(loop, failure)
  ended.catch(() => {})
  return {
    name: part.name,
    tasks: () => loop.assignment.tasks,
    state: () => loop.partState(),
    stop: () => loop.drain(),
    kill: () => loop.halt(),
    ended,
  }
}

/** The first failure, as a rejection. It is told, and no other: what else is in flight fares alike. */
const firstFailure = (tell: (message: string) => void) => {
  let fail: (error: Error) => void = () => {}
  const failure = new Promise<never>((_, reject) => {
    let failed = false
    fail = (error) => {
      if (!failed) tell(error.message)
      failed = true
      reject(error)
    }
  })
  failure.catch(() => {})
  return { fail, failure }
}

const untilEnd = async (loop: PollLoop, failure: Promise<never>): Promise<void> => {
  try {
    await Promise.race([loop.run(), failure])
  } finally {
    await loop.halt()
  }
}
