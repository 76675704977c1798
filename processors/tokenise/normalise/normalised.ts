import { codePointAt } from '../code-point-at.ts'

/**
 * Text under normalisation: code points, and for each the UTF-16 units `[from, to)` of the source that it stands for.
 * The arrays are kept from text to text.
 */
export class Normalised {
  points = new Int32Array(1 << 10)
  from = new Int32Array(1 << 10)
  to = new Int32Array(1 << 10)
  length = 0

  push(point: number, from: number, to: number): void {
    if (this.length === this.points.length) this.grow()
    this.points[this.length] = point
    this.from[this.length] = from
    this.to[this.length] = to
    this.length++
  }

  /** Takes over the code points of `text[start, end)`; unpaired surrogates become U+FFFD. */
  load(text: string, start: number, end: number): void {
    this.length = 0
    this.shrink()
    for (let i = start; i < end;) {
      const point = codePointAt(text, i, end)
      const next = i + (point > 0xffff ? 2 : 1)
      this.push(point, i, next)
      i = next
    }
  }

  copy(other: Normalised): void {
    this.length = 0
    for (let i = 0; i < other.length; i++) {
      this.push(other.points[i]!, other.from[i]!, other.to[i]!)
    }
  }

  private grow(): void {
    for (const key of ['points', 'from', 'to'] as const) {
      const larger = new Int32Array(2 * this.length)
      larger.set(this[key])
      this[key] = larger
    }
  }

  /** Does not stay huge after a huge document. */
  private shrink(): void {
    if (this.points.length <= LARGEST_KEPT) return
    for (const key of ['points', 'from', 'to'] as const) this[key] = new Int32Array(LARGEST_KEPT)
  }
}

const LARGEST_KEPT = 1 << 20

/**
 * What a normaliser makes of a text, in the reference's bookkeeping. Each output character has a change: 0 takes the
 * place of one input character, 1 is inserted (it stands for the same source as the one before), and -n takes the place of
 * one and swallows the n input characters after it.
 */
export class Changes {
  points: number[] = []
  changes: number[] = []
  /** Input characters before the first output that left nothing behind. */
  removed = 0

  clear(): void {
    this.removed = 0
    this.points.length = 0
    this.changes.length = 0
  }

  push(point: number, change: number): void {
    this.points.push(point)
    this.changes.push(change)
  }

  /** Writes what becomes of `input` to `output`. */
  apply(input: Normalised, output: Normalised): void {
    const base = input.length > 0 ? input.from[0]! : 0
    let at = this.removed
    output.length = 0
    for (let i = 0; i < this.points.length; i++) {
      const change = this.changes[i]!
      const source = change > 0 ? at - 1 : Math.min(at, input.length - 1)
      if (source < 0) output.push(this.points[i]!, base, base)
      else output.push(this.points[i]!, input.from[source]!, input.to[source]!)
      if (change <= 0) at += 1 - change
    }
  }
}
