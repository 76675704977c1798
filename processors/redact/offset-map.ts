import { createLastBefore } from './last-before.ts'

/**
 * A piecewise map from offsets in a derived text to offsets in the text it was made from.
 *
 * Piece k covers derived offsets `[at[k], at[k+1])`. A piece has a step when each of its characters stands for as many of the
 * source: 1 where they are the same. Without a step, 0, the whole piece stands for the whole of its source stretch.
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
  readonly #step: number[] = []
  #length = 0

  /** Characters `[from, to)` of the source were copied. */
  same(from: number, to: number): void {
    this.#add(from, to, to - from, 1)
  }

  /** Source `[from, to)` became `length` characters; 0 when it was dropped. */
  replaced(from: number, to: number, length: number): void {
    this.#add(from, to, length, length === 1 ? to - from : 0)
  }

  #add(from: number, to: number, length: number, step: number): void {
    if (length === 0) return
    const last = this.#derived.length - 1
    // One piece for all characters that stand alike: a text of full-width digits has one per character otherwise.
    if (step > 0 && this.#step[last] === step && this.#sourceEnd[last] === from) {
      this.#sourceEnd[last] = to
      this.#length += length
      return
    }
    this.#derived.push(this.#length)
    this.#source.push(from)
    this.#sourceEnd.push(to)
    this.#step.push(step)
    this.#length += length
  }

  build(): OffsetMap {
    const lastDerived = createLastBefore(this.#derived)
    const lastSource = createLastBefore(this.#source)
    /** Pieces begin at 0: what is before belongs to the first. */
    const pieceAt = (offset: number): number => Math.max(0, lastDerived(offset))
    return {
      start: (offset) => {
        if (this.#derived.length === 0) return 0
        const k = pieceAt(offset)
        const inside = (offset - this.#derived[k]!) * this.#step[k]!
        return Math.min(this.#source[k]! + inside, this.#sourceEnd[k]!)
      },
      end: (offset) => {
        if (offset === 0 || this.#derived.length === 0) return 0
        const k = pieceAt(offset - 1)
        if (this.#step[k] === 0) return this.#sourceEnd[k]!
        const inside = (offset - this.#derived[k]!) * this.#step[k]!
        return Math.min(this.#source[k]! + inside, this.#sourceEnd[k]!)
      },
      derived: (offset) => {
        if (this.#derived.length === 0) return 0
        const k = Math.max(0, lastSource(offset))
        const next = this.#derived[k + 1] ?? this.#length
        if (offset >= this.#sourceEnd[k]!) return next
        const inside = Math.max(0, offset - this.#source[k]!)
        const step = this.#step[k]!
        return this.#derived[k]! + (step === 0 ? 0 : Math.floor(inside / step))
      },
    }
  }
}
