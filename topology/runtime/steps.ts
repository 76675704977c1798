import type { Outcome } from '../model/outcome.ts'
import type { OrderMode } from '../model/stage.ts'
import type { PureResult } from '../ports/pure-runner.ts'
import { absorb } from './absorb.ts'
import { AskingContext } from './asking-context.ts'
import { Abandoned, attempt, type Tried } from './attempt.ts'
import { encodeOutput } from './encode-output.ts'
import type { PartEnvironment } from './environment.ts'
import { guard } from './guard.ts'
import { joined, type InFlight } from './in-flight.ts'
import type { AskingStep, PureStep, SelectStep, Step, TopicSinkStep } from './plan.ts'

/**
 * Takes a record through every step below its source. Resolves when it has passed all of them; answers nothing when no
 * step had to wait, so that a promise is made only where there is something to wait for.
 */
export const walk = (
  env: PartEnvironment,
  flight: InFlight,
  steps: readonly Step[],
  values: readonly unknown[],
): Promise<unknown> | undefined => {
  const waits: Promise<unknown>[] = []
  for (const step of steps) {
    const wait = pass(env, flight, step, values)
    if (wait) waits.push(wait)
  }
  return waits.length > 1 ? Promise.all(waits) : waits[0]
}

const pass = (
  env: PartEnvironment,
  flight: InFlight,
  step: Step,
  values: readonly unknown[],
): Promise<unknown> | undefined => {
  switch (step.kind) {
    case 'topic-sink':
      guard(env, flight, collectOutputs, step, values)
      return undefined
    case 'sink': {
      const writes = values.map((value) => ({ sink: step.sink.name, value }))
      flight.writes = joined(flight.writes, writes)
      return undefined
    }
    case 'select': {
      const picked = guard(env, flight, pick, step, values)
      return walk(env, flight, step.next, picked ?? [])
    }
    case 'pure':
    case 'asking':
      return takeStage(env, flight, step, values)
  }
}

const pick = (
  _env: PartEnvironment,
  _flight: InFlight,
  step: SelectStep,
  values: readonly unknown[],
): readonly unknown[] => {
  const [value] = values
  return values.length === 1 ? step.select(value) : values.flatMap((each) => step.select(each))
}

/** Waits for the predecessor, works, opens the gate, and goes on with the results. */
const takeStage = async (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  values: readonly unknown[],
): Promise<void> => {
  const before = predecessor(flight, step.order)
  if (before && !before.hasPassed(step.id)) await before.passed(step.id)
  if (!flight.task.alive) throw new Abandoned()
  const results: (readonly unknown[])[] = []
  for (const value of values) {
    if (flight.dead) break
    const tried = await tryStep(env, flight, step, value)
    const absorbed = guard(env, flight, absorb, step, tried)
    if (absorbed) results.push(absorbed)
  }
  flight.pass(step.id)
  const next = flight.dead ? [] : results.length > 1 ? results.flat() : (results[0] ?? [])
  const rest = walk(env, flight, step.next, next)
  if (rest) await rest
}

const predecessor = (flight: InFlight, order: OrderMode): InFlight | undefined => {
  switch (order) {
    case 'key':
      return flight.previousOfKey
    case 'partition':
      return flight.previousOfPartition
    case 'none':
      return undefined
  }
}

const tryStep = async (
  env: PartEnvironment,
  flight: InFlight,
  step: PureStep | AskingStep,
  value: unknown,
): Promise<Tried<PureResult | Outcome<unknown>>> => {
  const { clock } = env.ports
  const startedAt = clock.now()
  const semaphore = env.semaphores.get(step.id)
  if (semaphore && !semaphore.tryEnter()) await semaphore.enter()
  try {
    return await (step.kind === 'pure'
      ? runPure(env, flight, step, value)
      : runAsking(env, flight, step, value))
  } finally {
    semaphore?.leave()
    const ms = clock.now() - startedAt
    env.telemetry.emit({ kind: 'stage-time', subTopology: env.name, stage: step.id, ms })
  }
}

const contextOf = (flight: InFlight, count: number) => ({
  attempt: count,
  key: flight.key,
  timestamp: flight.source.timestamp,
})

/** A pure step has its deadline in the runner, which kills the thread; no timer here. */
const runPure = (env: PartEnvironment, flight: InFlight, step: PureStep, value: unknown) =>
  attempt(env, {
    stage: step.id,
    timeoutMs: undefined,
    pure: true,
    lifetime: flight.task.lifetime,
    run: (call) =>
      env.pure.run({
        subTopology: env.name,
        nodes: step.nodes,
        value,
        context: contextOf(flight, call.attempt),
        deadlineMs: step.deadlineMs,
      }),
  })

const runAsking = (env: PartEnvironment, flight: InFlight, step: AskingStep, value: unknown) =>
  attempt(env, {
    stage: step.id,
    timeoutMs: step.stage.timeoutMs,
    lifetime: flight.task.lifetime,
    run: (call) => {
      try {
        return Promise.resolve(step.stage.run(value, new AskingContext(env, flight, call)))
      } catch (error) {
        return Promise.reject(error as Error)
      }
    },
  })

const collectOutputs = (
  env: PartEnvironment,
  flight: InFlight,
  step: TopicSinkStep,
  values: readonly unknown[],
): void => {
  const outputs = values.map((value) => encodeOutput(env, flight, step, value))
  flight.outputs = joined(flight.outputs, outputs)
}
