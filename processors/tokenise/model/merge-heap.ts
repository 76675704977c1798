/** Offers to merge, lowest rank first and of equals the leftmost. A binary heap over arrays: no object for an offer. */
export class MergeHeap {
  /** Of the offer that {@link pop} took. */
  at = 0
  result = 0
  private size = 0
  /** Rank and place in one number, exact below 2^53. */
  private keys: Float64Array
  private results: Int32Array

  constructor(capacity: number) {
    this.keys = new Float64Array(Math.max(16, capacity))
    this.results = new Int32Array(Math.max(16, capacity))
  }

  push(rank: number, at: number, result: number): void {
    if (this.size === this.keys.length) this.grow()
    const key = rank * PLACES + at
    let i = this.size++
    while (i > 0) {
      const parent = (i - 1) >> 1
      if (this.keys[parent]! <= key) break
      this.keys[i] = this.keys[parent]!
      this.results[i] = this.results[parent]!
      i = parent
    }
    this.keys[i] = key
    this.results[i] = result
  }

  /** Takes the first offer, or says false when there is none. */
  pop(): boolean {
    if (this.size === 0) return false
    this.at = this.keys[0]! % PLACES
    this.result = this.results[0]!
    this.size--
    this.sink(this.keys[this.size]!, this.results[this.size]!)
    return true
  }

  private sink(key: number, result: number): void {
    let i = 0
    for (let child = 1; child < this.size; child = 2 * i + 1) {
      if (child + 1 < this.size && this.keys[child + 1]! < this.keys[child]!) child++
      if (this.keys[child]! >= key) break
      this.keys[i] = this.keys[child]!
      this.results[i] = this.results[child]!
      i = child
    }
    this.keys[i] = key
    this.results[i] = result
  }

  private grow(): void {
    const keys = new Float64Array(2 * this.size)
    const results = new Int32Array(2 * this.size)
    keys.set(this.keys)
    results.set(this.results)
    this.keys = keys
    this.results = results
  }
}

/** More than any piece has symbols, and with 2^24 ranks still exact. */
const PLACES = 2 ** 29
