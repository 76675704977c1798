import type { NumericRun } from './numeric-run.ts'

const within = (value: number, ranges: readonly (readonly [number, number])[]) =>
  ranges.some(([first, last]) => value >= first && value <= last)

const ITIN_GROUPS = [
  [50, 65],
  [70, 88],
  [90, 92],
  [94, 99],
] as const

/** What nine digits are by the rules of the Social Security Administration and the Internal Revenue Service. */
export const nineDigits = (digits: string): 'US_SSN' | 'US_ITIN' | undefined => {
  const area = Number(digits.slice(0, 3))
  const group = Number(digits.slice(3, 5))
  if (area >= 900) return within(group, ITIN_GROUPS) ? 'US_ITIN' : undefined
  if (area === 0 || area === 666 || group === 0 || digits.endsWith('0000')) return undefined
  return 'US_SSN'
}

/** Groups of 3, 2 and 4 digits with the same dash, blank or dot between them, whatever the digits are. */
export const groupedAsSsn = (run: NumericRun, from: number): boolean => {
  if (from + 2 >= run.count || run.size(from) !== 3 || run.size(from + 1) !== 2) return false
  if (run.size(from + 2) !== 4 || run.gap[from] !== run.gap[from + 1]) return false
  if (![32, 45, 46].includes(run.gap[from]!)) return false
  return run.gap[from + 2] !== run.gap[from] || run.gap[from] === 32
}

/** What the digits of such groups are. */
export const writtenAsSsn = (run: NumericRun, from: number): 'US_SSN' | 'US_ITIN' | undefined =>
  groupedAsSsn(run, from) ? nineDigits(run.digits(from, from + 2)) : undefined

/** The checksum of an American Bankers Association routing number: weights 3, 7, 1 over nine digits. */
export const isRoutingNumber = (digits: string): boolean => {
  if (
    digits.length !== 9 ||
    !within(Number(digits.slice(0, 2)), [
      [0, 12],
      [21, 32],
      [61, 72],
      [80, 80],
    ])
  )
    return false
  let sum = 0
  for (let at = 0; at < 9; at++) sum += (digits.charCodeAt(at) - 48) * [3, 7, 1][at % 3]!
  return sum % 10 === 0 && sum > 0
}
