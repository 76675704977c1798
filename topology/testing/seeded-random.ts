import type { Random } from '../ports/random.ts'

/** Reproducible randomness (mulberry32): the same seed gives the same numbers on every platform. */
export class SeededRandom implements Random {
  #state: number

  constructor(seed: number) {
    this.#state = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) >>> 0
  }

  readonly next = (): number => {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000
  }

  /** An integer from `low` to `high`, both included. */
  readonly int = (low: number, high: number): number =>
    low + Math.floor(this.next() * (high - low + 1))

  /** True with probability `share`. */
  readonly chance = (share: number): boolean => this.next() < share

  readonly pick = <const T>(items: readonly [T, ...T[]]): T =>
    items[this.int(0, items.length - 1)] as T

  /** An independent source, so that draws of one part do not shift those of another. */
  readonly fork = (): SeededRandom => new SeededRandom(Math.floor(this.next() * 0x1_0000_0000))
}
