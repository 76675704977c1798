import type { Clock } from '../ports/clock.ts'
import type { RetryOptions } from './options.ts'
import { backoffMs } from './backoff.ts'

/**
 * Keeps a sub-topology from hammering a dependency that is down.
 *
 * closed ──(dependency-down)──► open ──(back-off over)──► half-open ──(success)──► closed
 *                                 ▲                            │
 *                                 └────────(failure)───────────┘
 *
 * While not closed, sources are paused and no attempt starts, except one probe at a time in half-open. A probe that ends
 * without an answer (given up, too late) hands its place on. Attempts that began before it opened may report as well.
 */
export class Breaker {
  #state: 'closed' | 'open' | 'half-open' = 'closed'
  #dependency: string | undefined
  #failures = 0
  #waiting: (() => void)[] = []
  readonly #clock: Clock
  readonly #options: RetryOptions
  readonly #random: () => number
  readonly #onChange: (open: boolean, dependency: string) => void

  constructor(
    clock: Clock,
    options: RetryOptions,
    random: () => number,
    onChange: (open: boolean, dependency: string) => void,
  ) {
    this.#clock = clock
    this.#options = options
    this.#random = random
    this.#onChange = onChange
  }

  get open(): boolean {
    return this.#state !== 'closed'
  }

  get state(): 'closed' | 'open' | 'half-open' {
    return this.#state
  }

  /** What was down when it last opened. */
  get dependency(): string | undefined {
    return this.#dependency
  }

  /** Resolves when an attempt may start: true for the probe, which must report what came of it. */
  async enter(): Promise<boolean> {
    while (this.#state !== 'closed') {
      await new Promise<void>((resolve) => this.#waiting.push(resolve))
      if (this.#state === 'half-open') return true
    }
    return false
  }

  /** An attempt was answered. While open that says nothing: it was asked before. */
  succeeded(): void {
    if (this.#state === 'open') return
    this.#failures = 0
    if (this.#state === 'half-open') this.#close()
  }

  /** The probe ended without an answer. */
  passOn(): void {
    if (this.#state !== 'half-open') return
    this.#state = 'open'
    this.#halfOpen()
  }

  /** The dependency is down. */
  failed(dependency: string): void {
    if (this.#state === 'open') return
    if (this.#state === 'closed') this.#onChange(true, dependency)
    this.#state = 'open'
    this.#dependency = dependency
    this.#failures++
    const wait = backoffMs(this.#options, this.#failures, this.#random())
    this.#clock.after(wait, () => this.#halfOpen())
  }

  /** Lets everybody through, so that aborted work can end. */
  dispose(): void {
    this.#state = 'closed'
    this.#wakeAll()
  }

  #halfOpen(): void {
    if (this.#state !== 'open') return
    const probe = this.#waiting.shift()
    if (!probe) return this.#close()
    this.#state = 'half-open'
    probe()
  }

  #close(): void {
    this.#state = 'closed'
    this.#onChange(false, this.#dependency ?? '')
    this.#wakeAll()
  }

  #wakeAll(): void {
    const waiting = this.#waiting
    this.#waiting = []
    for (const wake of waiting) wake()
  }
}
