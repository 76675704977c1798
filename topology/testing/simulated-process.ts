import type { Clock } from '../ports/clock.ts'

/**
 * A process that can be frozen, woken and killed. Everything that reaches the code inside comes through here: timers by
 * its clock, answers by `deliver`. So a frozen process does nothing, and a killed one never does anything again.
 *
 * running ⇄ frozen, either → dead
 */
export class SimulatedProcess {
  readonly name: string
  readonly clock: Clock
  #state: 'running' | 'frozen' | 'dead' = 'running'
  #held: (() => void)[] = []
  readonly #onHalt: (() => void)[] = []

  constructor(name: string, clock: Clock) {
    this.name = name
    this.clock = {
      now: clock.now,
      after: (ms, fire) => {
        let wanted = true
        const cancel = clock.after(ms, () => this.deliver(() => void (wanted && fire())))
        return () => {
          wanted = false
          cancel()
        }
      },
    }
  }

  get running(): boolean {
    return this.#state === 'running'
  }

  get dead(): boolean {
    return this.#state === 'dead'
  }

  /** Runs `action` inside the process: now, when it wakes, or never. */
  deliver(action: () => void): void {
    if (this.#state === 'running') action()
    else if (this.#state === 'frozen') this.#held.push(action)
  }

  freeze(): void {
    if (this.#state !== 'running') return
    this.#state = 'frozen'
    this.#halted()
  }

  wake(): void {
    if (this.#state !== 'frozen') return
    this.#state = 'running'
    for (const action of this.#held.splice(0)) this.deliver(action)
  }

  crash(): void {
    const wasRunning = this.#state === 'running'
    this.#state = 'dead'
    this.#held = []
    if (wasRunning) this.#halted()
  }

  /** Calls back whenever the process freezes or dies while running. */
  onHalt(listener: () => void): void {
    this.#onHalt.push(listener)
  }

  #halted(): void {
    for (const listener of this.#onHalt) listener()
  }
}
