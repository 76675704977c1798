import { Fault } from '../model/failure.ts'
import type { SubTopology } from '../model/topology.ts'
import type { LogEvent } from '../ports/record-log.ts'
import type { PartState } from '../ports/telemetry.ts'
import { Assignment } from './assignment.ts'
import { backoffMs } from './backoff.ts'
import { Batcher } from './batcher.ts'
import { Breaker } from './breaker.ts'
import { announceExactlyOnce } from './announce-exactly-once.ts'
import { asError, Committer } from './committer.ts'
import type { PartEnvironment, RuntimeEnvironment } from './environment.ts'
import { FlightOrder } from './flight-order.ts'
import { plansOf, type Plan, type Step } from './plan.ts'
import { Semaphore } from './semaphore.ts'
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

export interface StopReport {
  readonly subTopology: string
  /** Records that were still in flight when the drain time was over; they come again. */
  readonly abandoned: number
}

/** Joins the consumer group and runs until stopped. */
export const runSubTopology = async (
  env: RuntimeEnvironment & Pick<PartEnvironment, 'serdes'>,
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
  let failed: (error: Error) => void = () => {}
  const failure = new Promise<never>((_, reject) => (failed = reject))
  failure.catch(() => {})
  let fatal: Error | undefined
  const partEnv = partEnvironment(env, part.name, plans, { consumer, delivery }, (error) => {
    // What else is in flight fares alike: the first is the one to tell.
    if (!fatal)
      env.telemetry.emit({ kind: 'fatal', subTopology: part.name, message: error.message })
    fatal ??= error
    failed(error)
  })
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

const untilEnd = async (loop: PollLoop, failure: Promise<never>): Promise<void> => {
  try {
    await Promise.race([loop.run(), failure])
  } finally {
    await loop.halt()
  }
}

/** The consumer group of a sub-topology. */
export const groupOf = (
  env: Pick<RuntimeEnvironment, 'topology'>,
  part: { readonly name: string },
): string => `${env.topology.name}.${part.name}`

const partEnvironment = (
  env: RuntimeEnvironment & Pick<PartEnvironment, 'serdes'>,
  name: string,
  plans: readonly Plan[],
  member: Pick<PartEnvironment, 'consumer' | 'delivery'>,
  fail: (error: Error) => void,
): PartEnvironment => {
  const { clock, random } = env.ports
  const onBreaker = (open: boolean, dependency: string): void =>
    env.telemetry.emit({
      kind: 'breaker',
      subTopology: name,
      dependency,
      state: open ? 'open' : 'closed',
    })
  const steps = plans.flatMap((plan) => plan.steps.flatMap(withDescendants))
  for (const step of steps) if (step.kind === 'pure') env.pure.prepare(name, step.nodes)
  const committer = new Committer()
  const batchers = new Map<string, Batcher>()
  for (const step of steps) {
    if (step.kind === 'sink' && step.sink.kind === 'batch-sink') {
      batchers.set(step.sink.name, new Batcher(step.sink))
    }
  }
  const partEnv: PartEnvironment = {
    ...env,
    ...member,
    name,
    breaker: new Breaker(clock, env.options.retry, random.next, onBreaker),
    rangeWrites: new Semaphore(env.options.rangesAtOnce),
    semaphores: new Map(
      steps.flatMap((step) =>
        step.kind === 'asking' ? [[step.id, new Semaphore(step.stage.concurrency)] as const] : [],
      ),
    ),
    batchers,
    committer,
    order: new FlightOrder(),
    fail,
  }
  committer.start(partEnv)
  for (const batcher of batchers.values()) batcher.start(partEnv)
  return partEnv
}

const withDescendants = (step: Step): readonly Step[] =>
  'next' in step ? [step, ...step.next.flatMap(withDescendants)] : [step]

/** Polls, dispatches and keeps the pressure right until told to stop. */
class PollLoop {
  readonly assignment: Assignment
  readonly #env: PartEnvironment
  #state: 'running' | 'draining' | 'halted' = 'running'
  #turnedAt: number

  constructor(env: PartEnvironment, assignment: Assignment) {
    this.#env = env
    this.assignment = assignment
    this.#turnedAt = env.ports.clock.now()
  }

  partState(): PartState {
    const { name, breaker } = this.#env
    return {
      subTopology: name,
      assigned: this.assignment.assigned,
      draining: this.#state !== 'running',
      turnedAt: this.#turnedAt,
      breaker: breaker.state,
      dependency: breaker.dependency,
      partitions: this.assignment.partitions(),
    }
  }

  /** Goes on polling while draining, with everything paused, so that the group keeps this member. */
  async run(): Promise<void> {
    while (!this.#halted) {
      this.assignment.balance()
      const events = await this.#poll()
      for (const event of events) {
        if (this.#halted) return
        if (event.kind === 'revoked') await this.#env.committer.settled(this.#env.options.revokeMs)
        this.assignment.handle(event)
      }
    }
  }

  /** Polls until the log answers. */
  async #poll(): Promise<readonly LogEvent[]> {
    const { options, ports } = this.#env
    for (let count = 1; !this.#halted; count++) {
      this.#turnedAt = ports.clock.now()
      try {
        return await this.#env.consumer.poll(options.pollWaitMs)
      } catch (error) {
        if (!(error instanceof Fault) || error.kind === 'fatal') throw error
        const wait = backoffMs(options.retry, count, ports.random.next())
        await new Promise<void>((resolve) => void ports.clock.after(wait, resolve))
      }
    }
    return []
  }

  /** Waits for what is in flight, within the drain time, then halts. */
  async drain(): Promise<StopReport> {
    if (this.#state === 'running') this.#state = 'draining'
    this.assignment.seal()
    const { clock } = this.#env.ports
    // One timer, not a deadline: the time of day may be set back meanwhile.
    let over = false
    const cancel = clock.after(this.#env.options.drainMs, () => (over = true))
    while (this.#busy() && !over && this.#state === 'draining') {
      await new Promise<void>((resolve) => void clock.after(10, resolve))
    }
    cancel()
    const abandoned = this.assignment.tasks.reduce((sum, task) => sum + task.inFlight, 0)
    await this.halt()
    return { subTopology: this.#env.name, abandoned }
  }

  async halt(): Promise<void> {
    if (this.#halted) return
    this.#state = 'halted'
    this.assignment.stop()
    this.#env.committer.stop()
    for (const batcher of this.#env.batchers.values()) batcher.stop()
    this.#env.breaker.dispose()
    await this.#env.consumer.leave().catch((error: unknown) => this.#env.fail(asError(error)))
  }

  get #halted(): boolean {
    return this.#state === 'halted'
  }

  #busy(): boolean {
    return this.assignment.tasks.some((task) => !task.idle)
  }
}
