/**
 * A piecewise map from offsets in a derived text to offsets in the text it was made from.
 *
 * Piece k covers derived offsets `[at[k], at[k+1])`. A piece is `same` when its characters stand one for one in the
 * source, otherwise the whole piece stands for the whole of its source stretch.
 */
export interface OffsetMap {
  /** Source offset of the first character of `[start, …)`. */
  readonly start: (derived: number) => number
  /** Source offset after the last character of `[…, end)`. */
  readonly end: (derived: number) => number
  /** Derived offset of a source offset; inside a piece that has no characters of its own, where the piece begins. */
  readonly derived: (source: number) => number
}

const same = (offset: number) => offset
export const IDENTITY: OffsetMap = { start: same, end: same, derived: same }

/** Builds an {@link OffsetMap} while a derived text is written from left to right. */
export class OffsetMapBuilder {
  readonly #derived: number[] = []
  readonly #source: number[] = []
  readonly #sourceEnd: number[] = []
  readonly #same: boolean[] = []
  #length = 0

  /** Characters `[from, to)` of the source were copied. */
  same(from: number, to: number): void {
    this.#add(from, to, to - from, true)
  }

  /** Source `[from, to)` became `length` characters; 0 when it was dropped. */
  replaced(from: number, to: number, length: number): void {
    this.#add(from, to, length, length === 1 && to - from === 1)
  }

  #add(from: number, to: number, length: number, same: boolean): void {
    if (length === 0) return
    const last = this.#derived.length - 1
    // One piece for all characters that stand one for one: a text of full-width digits has one per character otherwise.
    if (same && this.#same[last] && this.#sourceEnd[last] === from) {
      this.#sourceEnd[last] = to
      this.#length += length
      return
    }
    this.#derived.push(this.#length)
    this.#source.push(from)
    this.#sourceEnd.push(to)
    this.#same.push(same)
    this.#length += length
  }

  /** Last piece that begins at `offset` or before it, by one of the two sides. */
  #piece(offset: number, starts: readonly number[] = this.#derived): number {
    let low = 0
    let high = starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if (starts[middle]! <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  build(): OffsetMap {
    return {
      start: (offset) => {
        if (this.#derived.length === 0) return 0
        const k = this.#piece(offset)
        return this.#same[k]!
          ? Math.min(this.#source[k]! + offset - this.#derived[k]!, this.#sourceEnd[k]!)
          : this.#source[k]!
      },
      end: (offset) => {
        if (offset === 0 || this.#derived.length === 0) return 0
        const k = this.#piece(offset - 1)
        return this.#same[k]!
          ? Math.min(this.#source[k]! + offset - this.#derived[k]!, this.#sourceEnd[k]!)
          : this.#sourceEnd[k]!
      },
      derived: (offset) => {
        if (this.#derived.length === 0) return 0
        const k = this.#piece(offset, this.#source)
        const next = this.#derived[k + 1] ?? this.#length
        const inside = Math.max(0, offset - this.#source[k]!)
        return this.#same[k]! || offset >= this.#sourceEnd[k]!
          ? Math.min(this.#derived[k]! + inside, next)
          : this.#derived[k]!
      },
    }
  }
}
