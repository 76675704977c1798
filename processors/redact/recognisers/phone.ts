import { isDigit, isToken } from '../char-classes.ts'
import { isCapital } from './letters.ts'
import { BY_CALLING_CODE, type NumberingPlan, PLANS } from './phone-plan.ts'
import { GAP_BRACKET, GAP_END, GAP_LOOSE, type NumericRun } from './numeric-run.ts'

/** A telephone number over groups up to `to` of a run. */
export interface PhoneMatch {
  readonly to: number
  readonly score: number
  readonly recogniser: string
}

const MAX_DIGITS = 15
export const ZERO = 48
const ONE = 49
const MEMO = 8192

/** The same characters in memory of their own: V8 keeps the whole document for a piece of 13 characters or more of it. */
const detached = (piece: string): string => Buffer.from(piece, 'utf16le').toString('utf16le')

/** Answers are a function of their key; the memo only saves work, and is emptied when full. */
const memoised = <T>(make: (key: string) => T): ((key: string) => T) => {
  const memo = new Map<string, T>()
  return (key) => {
    let value = memo.get(key)
    if (value === undefined) {
      if (memo.size >= MEMO) memo.clear()
      memo.set(detached(key), (value = make(key)))
    }
    return value
  }
}

const plansFor = (
  digits: string,
): { plans: readonly NumberingPlan[]; rest: string } | undefined => {
  for (let size = 1; size <= 3; size++) {
    const plans = BY_CALLING_CODE.get(digits.slice(0, size))
    if (plans) return { plans, rest: digits.slice(size) }
  }
  return undefined
}

type Verdict = 'valid' | 'possible' | 'no'

/** Digits that begin with a country calling code. */
const international = memoised((digits): Verdict => {
  const found = plansFor(digits)
  if (!found) return 'no'
  const numbers = found.plans.map((plan) => [plan, plan.significant(found.rest)] as const)
  if (numbers.some(([plan, number]) => plan.valid(number) || plan.valid(found.rest))) return 'valid'
  return digits.length >= 8 && numbers.some(([plan, number]) => plan.possible(number))
    ? 'possible'
    : 'no'
})

const prefixLength = (run: NumericRun, from: number): number => {
  const { units } = run
  const start = run.start[from]!
  if (units[start] !== ZERO || run.size(from) < 2) return 0
  if (units[start + 1] === ZERO) return 2
  return run.size(from) >= 3 && units[start + 1] === ONE && units[start + 2] === ONE ? 3 : 0
}

export const lastWithin = (run: NumericRun, from: number, most: number): number => {
  let to = from
  let total = run.size(from)
  while (run.gap[to] !== GAP_END && to + 1 < run.count && total + run.size(to + 1) <= most)
    total += run.size(++to)
  return total <= most ? to : from - 1
}

/** A number written with `+` or an international prefix. `plus`: a plus sign stands before group `from`. */
export const internationalPhone = (
  run: NumericRun,
  from: number,
  plus: boolean,
): PhoneMatch | undefined => {
  const prefix = plus ? 0 : prefixLength(run, from)
  if (!plus && prefix === 0) return undefined
  const last = lastWithin(run, from, MAX_DIGITS + prefix + 1)
  let possible: number | undefined
  for (let to = last; to >= from && run.total(from, to) - prefix >= 6; to--) {
    const verdict = international(run.digits(from, to).slice(prefix))
    if (verdict === 'valid') return { to, score: plus ? 96 : 75, recogniser: 'phone/international' }
    if (verdict === 'possible') possible ??= to
  }
  if (!plus || possible === undefined) return undefined
  return { to: possible, score: 70, recogniser: 'phone/international' }
}

/** Sizes end as the groups do, and begin with the trunk prefix and the first group, written together or apart. */
const sameSizes = (sizes: readonly number[], groups: readonly number[], trunk: number): boolean => {
  const lead = sizes.length - groups.length + 1
  if (lead < 1 || lead > (trunk > 0 ? 3 : 1)) return false
  for (let k = 1; k < groups.length; k++) if (sizes[lead - 1 + k] !== groups[k]) return false
  const first = sizes.slice(0, lead).reduce((sum, size) => sum + size, 0)
  return first === trunk + groups[0]!
}

/** Digits written as `212 555 0123` are grouped as the region writes its numbers, with or without its trunk prefix. */
const groupedIn = (plan: NumberingPlan, written: string): boolean => {
  const digits = written.replaceAll(' ', '')
  if (!plan.near(digits.length)) return false
  const number = plan.significant(digits)
  const trunk = digits.length - number.length
  if (trunk < 0 || !plan.valid(number)) return false
  const groups = plan.groups(number)
  if (!groups) return false
  const sizes = written.split(' ').map((group) => group.length)
  return sameSizes(sizes, groups, trunk)
}

const ALL_PLANS = [...PLANS.values()]

export const groupedAnywhere = memoised((written): boolean =>
  ALL_PLANS.some((plan) => groupedIn(plan, written)),
)

/** By region, so that the same string asks for each: V8 keeps its hash. */
const groupedInRegion = new Map(
  [...PLANS].map(([region, plan]) => [region, memoised((written) => groupedIn(plan, written))]),
)

export const valid = memoised((digits): boolean =>
  ALL_PLANS.some((plan) => plan.near(digits.length) && plan.valid(plan.significant(digits))),
)

/** Something in the writing, besides the grouping, that is usual for telephone numbers only. */
const telling = (
  run: NumericRun,
  from: number,
  to: number,
  trunk: boolean,
  bracket: boolean,
): boolean =>
  trunk ||
  bracket ||
  (to - from >= 2 && run.even(from, to) && (run.gap[from] === 45 || run.gap[from] === 46))

const hasBracket = (run: NumericRun, from: number, to: number): boolean => {
  if (from > 0 ? run.gap[from - 1] === GAP_BRACKET : run.units[run.start[from]! - 1] === 40)
    return to > from && run.gap[from] === GAP_BRACKET
  return false
}

export const SPACE = 32
export const DASH = 45
export const DOT = 46
export const SLASH = 47
const UNDERSCORE = 95

const isTight = (gap: number | undefined) => gap === DASH || gap === DOT || gap === SLASH

/** `400.000.000`: a sum of money. */
const isAmount = (run: NumericRun, from: number, to: number): boolean => {
  if (run.gap[from] !== DOT || to - from < 2) return false
  for (let k = from + 1; k <= to; k++) if (run.digits(k, k) !== '000') return false
  return true
}

/** One kind of gap throughout, behind the first one or two groups; no `.`, `-` or `/` ties it to other digits. */
const evenlyWritten = (run: NumericRun, from: number, to: number): boolean => {
  if (isTight(run.gap[to]) || (from > 0 && isTight(run.gap[from - 1]))) return false
  if (isAmount(run, from, to)) return false
  // One of a list of numbers.
  if (from > 0 && run.gap[from] === SPACE && run.gap[from - 1] === SPACE) return false
  if (run.gap[from] === SPACE && run.gap[to] === SPACE && run.size(to + 1) <= 4) return false
  for (let k = from; k < to; k++) if (run.gap[k] === GAP_LOOSE) return false
  const second =
    run.gap[from] === GAP_BRACKET && run.gap[from + 1] === GAP_BRACKET ? from + 2 : from + 1
  return second >= to || run.even(second, to)
}

/** No region writes a number in more than five groups, its trunk prefix and the groups that this may be parted into besides. */
export const MOST_GROUPS = 7

/** A national number in the usual writing of one of the policy's regions, without any word beside it. */
export const regionalPhone = (
  run: NumericRun,
  from: number,
  regions: readonly string[],
): PhoneMatch | undefined => {
  for (let to = lastWithin(run, from, 13); to > from; to--) {
    if (to - from >= MOST_GROUPS) continue
    if (run.total(from, to) < 9 || !evenlyWritten(run, from, to)) continue
    const first = run.digits(from, from)
    const bracket = hasBracket(run, from, to)
    let written = ''
    for (const region of regions) {
      const prefix = PLANS.get(region)?.nationalPrefix
      if (prefix === undefined) continue
      if (!telling(run, from, to, prefix !== '' && first.startsWith(prefix), bracket)) continue
      written ||= run.written(from, to)
      if (groupedInRegion.get(region)!(written))
        return { to, score: 60, recogniser: `phone/${region}` }
    }
  }
  return undefined
}

const EXTENSION =
  /[ ,;]{0,2}(?:x|ext\.?|extension|durchwahl|dw\.?|poste|anexo|ramal|доб\.?|#)[ :.]{0,2}\d{1,7}(?![\p{L}\d])/iuy

/** Where a number ends when an extension follows it. */
export const afterExtension = (text: string, end: number): number => {
  const code = text.charCodeAt(end)
  if (code !== 32 && code !== 44 && code !== 59 && code !== 35 && !isToken(code)) return end
  EXTENSION.lastIndex = end
  return EXTENSION.test(text) ? EXTENSION.lastIndex : end
}

/** Where a number begins: at its `+` and opening bracket. */
export const phoneStart = (text: string, digit: number, end: number): number => {
  let start = digit
  if (text.charCodeAt(start - 1) === 43) start--
  if (text.charCodeAt(start - 1) === 40) {
    for (let at = digit; at < end; at++)
      if (text.charCodeAt(at) === 41)
        return text.charCodeAt(start - 2) === 43 ? start - 2 : start - 1
  }
  return start
}

/** `04.47.64.53.88Fax`, `…88T`: a letter that lost the blank before it stands behind a number; no part of a code, which goes on with digits or capitals. */
export const runsIntoLetter = (units: Uint16Array, end: number): boolean => {
  const next = units[end + 1]!
  return isCapital(units[end]!) && !isCapital(next) && !isDigit(next) && next !== UNDERSCORE
}

/** The same, and the letter begins a word. */
export const runsIntoWord = (units: Uint16Array, end: number): boolean =>
  runsIntoLetter(units, end) && isToken(units[end + 1]!)

export const hasPlus = (units: Uint16Array, digit: number): boolean => {
  const before = units[digit - 1]!
  if (before === 43) return !isDigit(units[digit - 2]!)
  return before === 40 && units[digit - 2] === 43
}
