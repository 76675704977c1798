import type { Finding } from '../../topology/model/document.ts'
import {
  BANK,
  BIRTH,
  CARD,
  DRIVING,
  ITIN,
  LICENCE,
  NATIONAL,
  PASSPORT,
  PHONE,
  PHONE_NEAR,
  SSN,
  VEHICLE,
  type ContextWord,
} from './context.ts'
import { isDigit, isToken, tableOf } from './char-classes.ts'
import { wordsAround } from './words-around.ts'
import { resolve } from './resolve.ts'
import { cardEnd, isNamedCard } from './recognisers/card.ts'
import { isVinForm } from './recognisers/id-checks.ts'
import { nationalIdNamed } from './recognisers/national-ids.ts'
import { NumericRun } from './recognisers/numeric-run.ts'
import { isOtherNumber } from './recognisers/other-numbers.ts'
import { afterExtension, phoneStart, runsIntoWord } from './recognisers/phone.ts'
import { labelledPhone } from './recognisers/labelled-phone.ts'
import { groupedAsSsn, isRoutingNumber, nineDigits } from './recognisers/us-ids.ts'
import type { Scan, Undecided } from './scan.ts'

const run = new NumericRun()

/** Words nearest to the value first: the first of them that the value fits decides. */
type Decision = Finding | undefined

const finding = (
  start: number,
  end: number,
  type: string,
  score: number,
  recogniser: string,
): Finding => ({
  start,
  end,
  type,
  score,
  recogniser,
})

const asSsn = (scan: Scan, wanted: 'US_SSN' | 'US_ITIN'): Decision => {
  const { text } = scan
  for (let from = 0; from < run.count; from++) {
    for (let to = from; to < run.count && run.total(from, to) <= 9; to++) {
      const digits = run.digits(from, to)
      if (
        digits.length !== 9 ||
        isToken(text.charCodeAt(run.end[to]!)) ||
        nineDigits(digits) !== wanted
      )
        continue
      return finding(run.start[from]!, run.end[to]!, wanted, 85, 'us-id/context')
    }
  }
  return wanted === 'US_SSN' ? asWrongSsn(scan) : undefined
}

/** A number that was never given to anybody, but called and written so: a slip of somebody who has one. */
const asWrongSsn = (scan: Scan): Decision => {
  for (let from = 0; from < run.count; from++) {
    if (!groupedAsSsn(run, from) || isToken(scan.text.charCodeAt(run.end[from + 2]!))) continue
    return finding(run.start[from]!, run.end[from + 2]!, 'US_SSN', 65, 'us-id/context')
  }
  return undefined
}

const asCard = (scan: Scan): Decision => {
  for (let from = 0; from < run.count; from++) {
    const to = cardEnd(run, from, isNamedCard)
    if (to >= 0 && !isToken(scan.text.charCodeAt(run.end[to]!)))
      return finding(run.start[from]!, run.end[to]!, 'CREDIT_CARD', 95, 'card/context')
  }
  return undefined
}

const asPhone = (scan: Scan, word: string, strong: boolean): Decision => {
  for (let from = 0; from < run.count; from++) {
    const match = labelledPhone(run, from, strong)
    if (!match) continue
    const last = run.end[match.to]!
    const end = afterExtension(scan.text, last)
    if (isToken(scan.text.charCodeAt(end)) && !(strong && runsIntoWord(scan.units, end))) continue
    const start = phoneStart(scan.text, run.start[from]!, last)
    if (isOtherNumber(scan.text, start, end, word, strong)) return undefined
    return finding(start, end, 'PHONE_NUMBER', match.score, match.recogniser)
  }
  return undefined
}

const asAccount = (scan: Scan): Decision => {
  for (let from = 0; from < run.count; from++) {
    const size = run.size(from)
    if (isToken(scan.text.charCodeAt(run.end[from]!))) continue
    const digits = run.digits(from, from)
    if (size >= 7 && size <= 18) {
      const score = isRoutingNumber(digits) ? 95 : 60
      return finding(run.start[from]!, run.end[from]!, 'US_BANK_NUMBER', score, 'bank/context')
    }
  }
  return undefined
}

const nationalId = (item: Undecided, value: string, word: string): Decision => {
  const match = nationalIdNamed(value, word)
  return match && finding(item.start, item.end, match.type, match.score, match.recogniser)
}

const wholeValue = (scan: Scan, item: Undecided): Decision | string => {
  const value = scan.text.slice(item.start, item.end)
  return isToken(scan.text.charCodeAt(item.end)) ? undefined : value
}

/** What one word's bits make of a number; the most telling form first. */
const asNumber = (scan: Scan, item: Undecided, bits: number, word: string): Decision => {
  run.read(scan, item.start, item.end)
  const value = wholeValue(scan, item)
  return (
    ((bits & SSN) !== 0 ? asSsn(scan, 'US_SSN') : undefined) ??
    ((bits & ITIN) !== 0 ? asSsn(scan, 'US_ITIN') : undefined) ??
    ((bits & NATIONAL) !== 0 && typeof value === 'string'
      ? nationalId(item, value, word)
      : undefined) ??
    ((bits & BIRTH) !== 0 ? asBirth(scan, item) : undefined) ??
    ((bits & CARD) !== 0 ? asCard(scan) : undefined) ??
    ((bits & PHONE) !== 0 ? asPhone(scan, word, true) : undefined) ??
    ((bits & PHONE_NEAR) !== 0 ? asPhone(scan, word, false) : undefined) ??
    ((bits & BANK) !== 0 ? asAccount(scan) : undefined) ??
    ((bits & (PASSPORT | LICENCE)) !== 0 ? asDocument(scan, item, bits) : undefined)
  )
}

const YEAR = '(?:19|20)\\d\\d'
const MONTH = '(?:0[1-9]|1[0-2])'
const DAY = '(?:0[1-9]|[12]\\d|3[01])'
/** `19800312`, `12031980` and as in America `03121980`. */
const DIGITS_OF_DATE = new RegExp(
  `^(?:${YEAR}${MONTH}${DAY}|${DAY}${MONTH}${YEAR}|${MONTH}${DAY}${YEAR})$`,
)

const asBirth = (scan: Scan, { start, end }: Undecided): Decision =>
  DIGITS_OF_DATE.test(scan.text.slice(start, end)) && !isToken(scan.text.charCodeAt(end))
    ? finding(start, end, 'DATE_OF_BIRTH', 70, 'date/birth')
    : undefined

const asDocument = (scan: Scan, item: Undecided, bits: number): Decision => {
  const value = scan.text.slice(item.start, item.end)
  if (!/^[A-Z\d]{6,18}$/.test(value) || value.replace(/\D/g, '').length < 4) return undefined
  return (bits & PASSPORT) !== 0
    ? finding(item.start, item.end, 'PASSPORT', 65, 'passport/context')
    : finding(item.start, item.end, 'DRIVER_LICENSE', 60, 'licence/context')
}

/** Only North American vehicles have a check digit. */
const asVehicle = (scan: Scan, { start, end }: Undecided): Decision =>
  isVinForm(scan.text.slice(start, end).toUpperCase())
    ? finding(start, end, 'VIN', 75, 'vin/context')
    : undefined

const decideOne = (scan: Scan, item: Undecided, bits: number, word: string): Decision => {
  switch (item.kind) {
    case 'date':
      return (bits & BIRTH) === 0
        ? undefined
        : finding(item.start, item.end, 'DATE_OF_BIRTH', 80, 'date/birth')
    case 'number':
      return asNumber(scan, item, bits, word)
    case 'code':
      return (
        ((bits & NATIONAL) !== 0
          ? nationalId(item, scan.text.slice(item.start, item.end), word)
          : undefined) ??
        ((bits & VEHICLE) !== 0 ? asVehicle(scan, item) : undefined) ??
        ((bits & (PASSPORT | LICENCE)) !== 0 ? asDocument(scan, item, bits) : undefined)
      )
  }
}

const inOrder = (a: Undecided, b: Undecided) => a.start - b.start || a.end - b.end

/** Digits and what is between them. */
const LEAST = 6

/** What is left of a number, before and behind, when a finding took a part of it. */
const leftover = (
  scan: Scan,
  item: Undecided,
  { start, end }: Finding,
): readonly [Undecided | undefined, Undecided | undefined] => {
  if (item.kind !== 'number') return [undefined, undefined]
  let last = start
  while (last > item.start && !isDigit(scan.text.charCodeAt(last - 1))) last--
  let first = end
  while (first < item.end && !isDigit(scan.text.charCodeAt(first))) first++
  const rest = (from: number, to: number): Undecided | undefined =>
    to - from < LEAST ? undefined : { kind: 'number', start: from, end: to, rest: true }
  return [rest(item.start, last), rest(first, item.end)]
}

/** Undecided items, in order, less what was found in the meantime. */
const besides = (scan: Scan, found: readonly Finding[]): Undecided[] => {
  const items: Undecided[] = []
  let near = 0
  for (const item of [...scan.undecided].sort(inOrder)) {
    while (near < found.length && found[near]!.end <= item.start) near++
    let rest: Undecided | undefined = item
    for (let k = near; rest && k < found.length && found[k]!.start < item.end; k++) {
      const [before, after] = leftover(scan, rest, found[k]!)
      if (before) items.push(before)
      rest = after
    }
    if (rest) items.push(rest)
  }
  return items
}

const LICENCE_WORDS = LICENCE | DRIVING

/** No letter of it is a word that says anything by itself. */
const ABBREVIATED_BIRTH = /(?<![A-Za-z])d\.? ?o\.? ?b\.?[\s:#]{1,3}$/i
const LONGEST_ABBREVIATION = 12

/** What stands one before the last character before the date. */
const ABBREVIATION_ENDS = tableOf('.bB:#')

const decideByAbbreviation = (scan: Scan, item: Undecided): Decision =>
  item.kind === 'date' &&
  ABBREVIATION_ENDS[scan.units[item.start - 2]!] === 1 &&
  ABBREVIATED_BIRTH.test(
    scan.text.slice(Math.max(0, item.start - LONGEST_ABBREVIATION), item.start),
  )
    ? decideOne(scan, item, BIRTH, '')
    : undefined

const decideByWords = (scan: Scan, item: Undecided, words: readonly ContextWord[]): Decision => {
  let all = 0
  for (const { bits } of words) all |= bits
  if (all === 0) return undefined
  const hidden = (all & LICENCE_WORDS) === LICENCE_WORDS ? 0 : LICENCE_WORDS
  // `Ref#…`, `pos=…`: a name of its own says what it is.
  const mark = item.start > 0 ? scan.text.charCodeAt(item.start - 1) : 0
  const near = mark === 61 || mark === 35 ? words.slice(0, 1) : words
  for (const { word, bits: says } of near) {
    const bits = says & ~hidden
    const decision = bits === 0 ? undefined : decideOne(scan, item, bits, word)
    if (decision && decision.score >= scan.threshold(decision.type)) return decision
  }
  return undefined
}

/** One round: what is decided, and what stays undecided. */
const decideRound = (
  scan: Scan,
  items: readonly Undecided[],
  found: readonly Finding[],
): { readonly decided: Finding[]; readonly open: Undecided[] } => {
  const decided: Finding[] = []
  const open: Undecided[] = []
  let near = 0
  for (const item of items) {
    while (near < found.length && found[near]!.end <= item.start) near++
    if (near < found.length && found[near]!.start < item.end) continue
    const words = wordsAround(scan, item.start, item.end, found)
    const decision = decideByWords(scan, item, words) ?? decideByAbbreviation(scan, item)
    if (decision) {
      decided.push(decision)
      open.push(...leftover(scan, item, decision).filter((rest) => rest !== undefined))
    } else open.push(item)
  }
  return { decided, open }
}

const NEAR = 500
const HAS_LETTER = /\p{L}/u

/** Items that a decision may have brought nearer to a word: the decided value had words itself, or is beside them. */
const affected = (
  scan: Scan,
  open: readonly Undecided[],
  decided: readonly Finding[],
): Undecided[] => {
  const wordy = decided.filter(({ start, end }) => HAS_LETTER.test(scan.text.slice(start, end)))
  return open.filter(
    (item) =>
      item.rest ||
      wordy.some(({ start, end }) => end > item.start - NEAR && start < item.end + NEAR),
  )
}

const MAX_ROUNDS = 4

/**
 * The context step: what could not be decided by its form is decided by the words near it, nearest first.
 *
 * `found` are the findings that needed no context, resolved. Context reaches through them, and through the placeholders
 * of an earlier run, as if they were not there; what is decided may bring others nearer, so it goes in rounds.
 */
export const decideByContext = (scan: Scan, found: readonly Finding[]): readonly Finding[] => {
  let items = besides(scan, found)
  let all = found
  for (let round = 0; round < MAX_ROUNDS && items.length > 0; round++) {
    const { decided, open } = decideRound(scan, items, all)
    if (decided.length === 0) break
    all = resolve([...all, ...decided])
    items = affected(scan, open, decided).sort(inOrder)
  }
  return all
}
