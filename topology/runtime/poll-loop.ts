import { Fault } from '../model/failure.ts'
import type { LogEvent } from '../ports/record-log.ts'
import type { PartState } from '../ports/telemetry.ts'
import { asError } from './as-error.ts'
import type { Assignment } from './assignment.ts'
import { backoffMs } from './backoff.ts'
import type { PartEnvironment } from './environment.ts'

/** How a sub-topology was stopped. */
export interface StopReport {
  readonly subTopology: string
  /** Records that were still in flight when the drain time was over; they come again. */
  readonly abandoned: number
}

/** Polls, dispatches and keeps the pressure right until told to stop. */
export class PollLoop {
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
