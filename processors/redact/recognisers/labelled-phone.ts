import type { NumericRun } from './numeric-run.ts'
import {
  DASH,
  DOT,
  MOST_GROUPS,
  type PhoneMatch,
  SLASH,
  SPACE,
  ZERO,
  groupedAnywhere,
  lastWithin,
  valid,
} from './phone.ts'

/** A short group follows behind the same separator: the number seems to go on. */
const goesOn = (run: NumericRun, from: number, to: number): boolean =>
  to + 1 < run.count && to > from && run.gap[to] === run.gap[to - 1] && run.size(to + 1) <= 4

/** Two groups with a dot between are a decimal fraction, and so is each of them. */
const isFraction = (run: NumericRun, from: number, to: number): boolean =>
  to === from
    ? run.gap[from] === DOT || (from > 0 && run.gap[from - 1] === DOT)
    : to === from + 1 && run.gap[from] === DOT

/**
 * Written as lists of models, prices and post codes are, not as telephone numbers: `900/990/900`, `9000 99.99`, `20147-1234`. A
 * slash stands behind the area code only.
 */
const oddlyWritten = (run: NumericRun, from: number, to: number, strong: boolean): boolean => {
  const first = run.units[run.start[from]!]
  let slashes = 0
  let dots = 0
  for (let k = from; k < to; k++) {
    if (run.gap[k] === SLASH) slashes++
    if (run.gap[k] === DOT) dots++
  }
  if (slashes > 1) return true
  if (slashes === 1 && (run.gap[from] !== SLASH || (first !== ZERO && to - from < 2))) return true
  if (dots > 0 && dots < to - from - slashes && (!strong || run.size(to) < 3)) return true
  const postCode = to === from + 1 && run.size(from) === 5 && run.size(to) === 4
  return postCode && run.gap[from] === DASH && first !== ZERO && !strong
}

/** Groups as of an American number, and at most one before them: `003-031-4992`, `001-436-032-6539`. No region may have it. */
const writtenAsAmerican = (run: NumericRun, from: number, to: number): boolean => {
  const first = to - 2
  if (first < from || first > from + 1 || !run.even(from, to)) return false
  if (run.gap[from] !== DASH && run.gap[from] !== DOT) return false
  return run.size(first) === 3 && run.size(first + 1) === 3 && run.size(to) === 4
}

const LAST_DAY = '31'

/** `95 18 07`, as on the Faroes; no day, month and year, no time of day. */
const inPairs = (run: NumericRun, from: number, to: number): boolean =>
  to === from + 2 &&
  run.gap[from] === SPACE &&
  run.even(from, to) &&
  run.total(from, to) === 6 &&
  run.digits(from, from) > LAST_DAY

const nationalEnding = (
  run: NumericRun,
  from: number,
  to: number,
  strong: boolean,
): PhoneMatch | undefined => {
  const recogniser = 'phone/national'
  if (isFraction(run, from, to) || (!strong && run.gap[from] === DOT)) return undefined
  if (oddlyWritten(run, from, to, strong)) return undefined
  if (!strong && run.total(from, to) < 7 && !inPairs(run, from, to)) return undefined
  if (writtenAsAmerican(run, from, to)) return { to, score: 70, recogniser }
  if (to > from && to - from < MOST_GROUPS && groupedAnywhere(run.written(from, to)))
    return { to, score: 80, recogniser }
  if (run.total(from, to) < 7 || (!strong && to === from && run.size(from) < 9)) return undefined
  return valid(run.digits(from, to)) ? { to, score: 75, recogniser } : undefined
}

/**
 * A national number of any region, for use where a word says that it is a telephone number. One that is written to its
 * end comes before one that leaves groups behind; behind a `strong` word a possible number will do.
 */
export const labelledPhone = (
  run: NumericRun,
  from: number,
  strong: boolean,
): PhoneMatch | undefined => {
  const last = lastWithin(run, from, 13)
  let part: PhoneMatch | undefined
  for (let to = last; to >= from && run.total(from, to) >= 6; to--) {
    const match = nationalEnding(run, from, to, strong)
    if (match && !goesOn(run, from, to)) return match
    part ??= match
  }
  if (!strong || last < from || run.total(from, last) < 6 || isFraction(run, from, last))
    return part
  if (oddlyWritten(run, from, last, true)) return part
  return { to: last, score: 60, recogniser: 'phone/labelled' }
}
