/** How often values fell below each of some bounds. */
export class Distribution {
  /** Upper bounds, ascending. Values above the last one count in the total only. */
  readonly bounds: readonly number[]
  sum = 0
  count = 0
  readonly #counts: number[]

  constructor(bounds: readonly number[]) {
    this.bounds = bounds
    this.#counts = bounds.map(() => 0)
  }

  observe(value: number): void {
    this.sum += value
    this.count++
    for (let index = 0; index < this.bounds.length; index++) {
      if (value > this.bounds[index]!) continue
      this.#counts[index]!++
      return
    }
  }

  /** For each bound, how many values were not above it. */
  cumulative(): readonly number[] {
    let below = 0
    return this.#counts.map((count) => (below += count))
  }
}
