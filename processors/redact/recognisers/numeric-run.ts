import { isDigit } from '../char-classes.ts'
import type { Scan } from '../scan.ts'

/** Gaps between groups that are one character have its code; these are the others. */
export const GAP_BRACKET = 1
export const GAP_LOOSE = 2
export const GAP_END = 0

const MAX_GROUPS = 14
const MAX_SPAN = 56
/** Characters between two groups of one number. */
export const MAX_GAP = 3

/** Blank, `-`, `.`, `/` and brackets: what may stand between the digits of one number. */
export const isSeparator = (code: number) =>
  code === 32 || code === 45 || code === 46 || code === 47 || code === 40 || code === 41

/**
 * Groups of digits with what stands between them: `(020) 7946-0958` is 3, 4, 4 with gaps bracket and dash.
 *
 * At most 14 groups over 56 characters, on one line. One object is reused for all runs of a scan.
 */
export class NumericRun {
  readonly start = new Int32Array(MAX_GROUPS)
  readonly end = new Int32Array(MAX_GROUPS)
  readonly gap = new Uint8Array(MAX_GROUPS)
  count = 0
  /** The run goes on behind its last group. */
  truncated = false
  text = ''
  units: Uint16Array = new Uint16Array(0)

  /** Reads the run whose first digit is at `at`. */
  read({ text, units }: Pick<Scan, 'text' | 'units'>, at: number, limit = text.length): this {
    this.text = text
    this.units = units
    this.count = 0
    this.truncated = false
    const last = Math.min(limit, at + MAX_SPAN)
    for (let from = at; from >= 0; this.count++) {
      this.truncated = this.count === MAX_GROUPS || from >= last
      if (this.truncated) break
      let to = from
      while (to < limit && isDigit(units[to]!)) to++
      this.start[this.count] = from
      this.end[this.count] = to
      from = this.#afterGap(to, limit)
      this.gap[this.count] = from < 0 ? GAP_END : this.#kind(to, from)
    }
    this.gap[this.count - 1] = GAP_END
    return this
  }

  /** Leaves the last group to be read by itself. */
  dropLast(): void {
    this.count--
    this.gap[this.count - 1] = GAP_END
  }

  #afterGap(from: number, last: number): number {
    const { units } = this
    let at = from
    while (at < last && at - from < MAX_GAP && isSeparator(units[at]!)) at++
    // A full stop and a blank end a sentence.
    if (units[from] === 46 && at > from + 1) return -1
    return at > from && at < last && isDigit(units[at]!) ? at : -1
  }

  #kind(from: number, to: number): number {
    if (to - from === 1) {
      const code = this.units[from]!
      return code === 40 || code === 41 ? GAP_BRACKET : code
    }
    for (let at = from; at < to; at++) {
      const code = this.units[at]!
      if (code === 40 || code === 41) return GAP_BRACKET
    }
    return GAP_LOOSE
  }

  size(group: number): number {
    return this.end[group]! - this.start[group]!
  }

  /** Groups `from` to `to`, both included, have the same gap between them. */
  even(from: number, to: number): boolean {
    for (let k = from + 1; k < to; k++) if (this.gap[k] !== this.gap[from]) return false
    return true
  }

  digits(from: number, to: number): string {
    if (from === to) return this.text.slice(this.start[from], this.end[from])
    let digits = ''
    for (let k = from; k <= to; k++) digits += this.text.slice(this.start[k], this.end[k])
    return digits
  }

  /** The groups with one blank between them, whatever stands there. */
  written(from: number, to: number): string {
    let text = this.digits(from, from)
    for (let k = from + 1; k <= to; k++) text += ` ${this.digits(k, k)}`
    return text
  }

  total(from: number, to: number): number {
    let total = 0
    for (let k = from; k <= to; k++) total += this.size(k)
    return total
  }
}
