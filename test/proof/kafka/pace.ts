/** Share of the inputs that may go elsewhere than to the sink: poison does. */
const elsewhere = 0.02
/** Share of what belongs to a fault that may still be under way at the next one. */
const underWay = 0.4
/** Longest wait for it, milliseconds: a system that stands still is hit all the same. */
const longestMs = 30_000
const lookMs = 50

/** Spreads the inputs over the faults, so that every fault meets a system at work. */
export class Pace {
  /** Faults before which results had come since the one before. */
  midFlow = 0
  /** Results that were there at the first fault. */
  firstAt = 0
  readonly #perFault: number
  readonly #done: () => number
  #faults = 0
  #doneBefore = 0

  constructor(records: number, faults: number, done: () => number) {
    this.#perFault = records / (faults + 1)
    this.#done = done
  }

  /** How many inputs may be in by now. */
  get allowed(): number {
    return Math.ceil(this.#perFault * (this.#faults + 1))
  }

  /** Resolves when it is time for the next fault. */
  readonly due = async (): Promise<void> => {
    const wanted = this.allowed * (1 - elsewhere) - this.#perFault * underWay
    const deadline = performance.now() + longestMs
    while (this.#done() < wanted && performance.now() < deadline)
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    const done = this.#done()
    if (this.#faults === 0) this.firstAt = done
    if (done > this.#doneBefore) this.midFlow++
    this.#doneBefore = done
    this.#faults++
  }
}
