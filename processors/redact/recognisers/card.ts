import { nextLine } from './line-wrap.ts'
import { GAP_END, type NumericRun } from './numeric-run.ts'

/** The Luhn check (ISO/IEC 7812-1 annex B) over a string of ASCII digits. */
export const luhn = (digits: string): boolean => {
  let sum = 0
  for (let at = digits.length - 1, twice = false; at >= 0; at--, twice = !twice) {
    const digit = digits.charCodeAt(at) - 48
    sum += twice ? (digit > 4 ? digit * 2 - 9 : digit * 2) : digit
  }
  return sum % 10 === 0
}

/** Issuer ranges: first and last prefix, shortest and longest number. Prefixes are compared on their own length. */
const ISSUERS: readonly (readonly [number, number, number, number])[] = [
  [4, 4, 13, 13], // Visa
  [4, 4, 16, 16],
  [4, 4, 19, 19],
  [51, 55, 16, 16], // Mastercard
  [2221, 2720, 16, 16],
  [34, 34, 15, 15], // American Express
  [37, 37, 15, 15],
  [300, 305, 14, 19], // Diners Club
  [36, 36, 14, 19],
  [38, 39, 14, 19],
  [6011, 6011, 16, 19], // Discover
  [644, 659, 16, 19],
  [3528, 3589, 16, 19], // JCB
  [35, 35, 16, 16], // what is made up as one
  [2131, 2131, 15, 15],
  [1800, 1800, 15, 15],
  [62, 62, 16, 19], // UnionPay
  [81, 82, 16, 19], // UnionPay, RuPay
  [60, 60, 16, 16], // RuPay
  [508, 508, 16, 16],
  [50, 50, 16, 19], // Maestro, Dankort, Verve, Elo
  [56, 69, 16, 19],
  [2200, 2204, 16, 19], // Mir
  [9792, 9792, 16, 16], // Troy
]

/** Ranges of four digits: `4` is 4000 to 4999. */
const RANGES = ISSUERS.map(([first, last, shortest, longest]) => {
  const rest = 10 ** (4 - String(first).length)
  return { first: first * rest, last: (last + 1) * rest - 1, shortest, longest }
})

const issued = (digits: string) => {
  const { length } = digits
  const prefix = Number(digits.slice(0, 4))
  return RANGES.some(
    ({ first, last, shortest, longest }) =>
      prefix >= first && prefix <= last && length >= shortest && length <= longest,
  )
}

/** Luhn, and a prefix and length that some issuer uses. */
export const isCard = (digits: string): boolean => luhn(digits) && issued(digits)

/** For use where a word says that it is a card: issuers that the table does not know, and Maestro's short numbers. */
export const isNamedCard = (digits: string): boolean => digits.length >= 12 && luhn(digits)

const wellGrouped = (run: NumericRun, from: number, to: number): boolean => {
  if (from === to) return true
  if (!run.even(from, to) || ![32, 45, 46].includes(run.gap[from]!)) return false
  if (run.size(from) !== 4 || to - from > 4) return false
  for (let k = from + 1; k < to; k++) if (run.size(k) < 4 || run.size(k) > 6) return false
  return true
}

/** Last group of a card number that begins with group `from`, or -1. The longest number that checks out wins. */
export const cardEnd = (
  run: NumericRun,
  from: number,
  check: (digits: string) => boolean,
): number => {
  let to = from
  let total = run.size(from)
  if (total !== 4 && total < 12) return -1
  while (run.gap[to] !== GAP_END && to + 1 < run.count && total + run.size(to + 1) <= 19) {
    to++
    total += run.size(to)
  }
  for (; to >= from && total >= 12; total -= run.size(to), to--) {
    if (total <= 19 && wellGrouped(run, from, to) && check(run.digits(from, to))) return to
  }
  return -1
}

const GROUP = 4
const GROUPS = 4
const REST = /\d{4}(?:[ -]\d{4}){0,2}(?![A-Za-z\d_]|[ .-]\d)/y
/** Numbers that begin their line are those of a table. */
const BEGINS_IN_TEXT = /\p{L}[^\r\n]{0,3}$/u
const REACH = 24

/** End of a number of four groups of four that a mail broke at the end of its line, behind a word; -1 when there is none. */
export const wrappedCardEnd = (run: NumericRun, from: number): number => {
  if (run.size(from) !== GROUP) return -1
  const last = run.count - 1
  if (last - from >= GROUPS - 1 || !run.even(from, last)) return -1
  for (let k = from; k <= last; k++) if (run.size(k) !== GROUP) return -1
  const next = nextLine(run.text, run.end[last]!)
  if (next < 0) return -1
  REST.lastIndex = next
  const rest = REST.exec(run.text)?.[0].replace(/\D/g, '')
  if (!rest || !isCard(run.digits(from, last) + rest)) return -1
  if (rest.length !== GROUP * (GROUPS - 1 - last + from)) return -1
  const start = run.start[from]!
  return BEGINS_IN_TEXT.test(run.text.slice(Math.max(0, start - REACH), start))
    ? REST.lastIndex
    : -1
}
