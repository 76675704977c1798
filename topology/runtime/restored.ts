/** Offsets that an earlier owner of a partition finished beyond its position. */
export class Restored {
  /** Growing. */
  readonly #offsets: readonly number[]
  #head = 0

  constructor(offsets: readonly number[]) {
    this.#offsets = offsets
  }

  /** Those that were not met yet. They are part of every note until then. */
  get unmet(): readonly number[] {
    return this.#head === 0 ? this.#offsets : this.#offsets.slice(this.#head)
  }

  /** The first that was not met yet, if it is below `end`; it counts as met then. */
  meet(end: number): number | undefined {
    const offset = this.#offsets[this.#head]
    if (offset === undefined || offset >= end) return undefined
    this.#head++
    return offset
  }
}
