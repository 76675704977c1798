import { isDigit, isToken } from '../char-classes.ts'
import { isPhoneSurrogate } from '../placeholder.ts'
import type { Scan } from '../scan.ts'
import { CARD_CELL, type CardCells, cellsBehindName, cellsBehindNumber } from './card-cells.ts'
import { cardEnd, isCard, wrappedCardEnd } from './card.ts'
import { cjkDateEnd, isDate, writtenDateStart } from './dates.ts'
import { isIpv4, macEnd } from './ip.ts'
import { nationalIdAt } from './national-ids.ts'
import { NumericRun, isSeparator } from './numeric-run.ts'
import {
  afterExtension,
  hasPlus,
  internationalPhone,
  phoneStart,
  regionalPhone,
  runsIntoLetter,
} from './phone.ts'
import { writtenAsSsn } from './us-ids.ts'

const run = new NumericRun()

/** No word makes a shorter number anybody's. */
const LEAST_DIGITS = 6

/** No value is written in more groups: a French social security number has seven. */
const MOST_GROUPS = 7

/** Where reading goes on after group `to`, when something was found there. */
type Taken = number | undefined

const endsInToken = ({ units }: Scan, end: number) => isToken(units[end]!)

const takeCard = (scan: Scan, from: number): Taken => {
  if (!scan.plan.cards) return undefined
  const to = cardEnd(run, from, isCard)
  if (to < 0) return takeWrappedCard(scan, from)
  if (endsInToken(scan, run.end[to]!)) return undefined
  scan.add(run.start[from]!, run.end[to]!, 'CREDIT_CARD', 96, 'card/luhn')
  addCells(scan, cellsBehindNumber(scan.text, run.end[to]!))
  return to
}

const takeWrappedCard = (scan: Scan, from: number): Taken => {
  const end = wrappedCardEnd(run, from)
  if (end < 0) return undefined
  scan.add(run.start[from]!, end, 'CREDIT_CARD', 96, 'card/luhn')
  return run.count - 1
}

const addCells = (scan: Scan, cells: CardCells | undefined): void => {
  if (!cells) return
  const { type, score, recogniser } = CARD_CELL
  for (const place of Object.values(cells)) scan.add(place[0], place[1], type, score, recogniser)
}

/** The cells are found, and the month may be what else it may be. */
const takeCells = (scan: Scan, from: number): Taken => {
  if (run.gap[from] === SLASH && run.size(from) === 2)
    addCells(scan, cellsBehindName(scan.text, run.start[from]!))
  return undefined
}

const takeSsn = (scan: Scan, from: number): Taken => {
  if (scan.units[run.start[from]! - 1] === 43) return undefined
  const type = writtenAsSsn(run, from)
  if (!type || endsInToken(scan, run.end[from + 2]!)) return undefined
  const score = run.gap[from] === 45 ? 85 : 60
  return scan.add(run.start[from]!, run.end[from + 2]!, type, score, 'us-id/form')
    ? from + 2
    : undefined
}

const takeIp = (scan: Scan, from: number): Taken => {
  if (!isIpv4(run, from) || endsInToken(scan, run.end[from + 3]!)) return undefined
  scan.add(run.start[from]!, run.end[from + 3]!, 'IP_ADDRESS', 95, 'ip/v4')
  return from + 3
}

const takeDate = (scan: Scan, from: number): Taken => {
  if (!isDate(run, from)) return undefined
  const [start, end] = [run.start[from]!, run.end[from + 2]!]
  scan.add(start, end, 'DATE_TIME', 60, 'date/numeric')
  scan.ask(start, end, 'date')
  return from + 2
}

const takeWrittenDate = (scan: Scan, from: number): Taken => {
  if (run.size(from) !== 4) return undefined
  return addWrittenDate(scan, run.start[from]!, run.end[from]!) ? from : undefined
}

/** The date whose year the four digits `[at, yearEnd)` are. */
const addWrittenDate = (scan: Scan, at: number, yearEnd: number): boolean => {
  const cjk =
    scan.units[yearEnd]! > 127 || scan.units[at + 5]! > 127 ? cjkDateEnd(scan.text, at) : -1
  const start = cjk < 0 ? writtenDateStart(scan, at) : at
  if (start < 0) return false
  const end = cjk < 0 ? yearEnd : cjk
  scan.add(start, end, 'DATE_TIME', 60, 'date/written')
  scan.ask(start, end, 'date')
  return true
}

const takePhone = (scan: Scan, from: number): Taken => {
  if (!scan.plan.phones) return undefined
  const plus = hasPlus(scan.units, run.start[from]!)
  if (scan.units[run.start[from]! - 1] === 43 && isPhoneSurrogate(run.digits(from, from)))
    return from
  const match =
    internationalPhone(run, from, plus) ??
    (plus ? undefined : regionalPhone(run, from, scan.policy.regions))
  if (!match) return undefined
  const last = run.end[match.to]!
  const end = afterExtension(scan.text, last)
  if (endsInToken(scan, end) && !runsIntoLetter(scan.units, end)) return undefined
  scan.add(
    phoneStart(scan.text, run.start[from]!, last),
    end,
    'PHONE_NUMBER',
    match.score,
    match.recogniser,
  )
  return match.to
}

const SPACE = 32
const DASH = 45
const SLASH = 47

const isCapital = (code: number) => code >= 65 && code <= 90

/** Two capitals and a blank before the digits belong to the identifier, or a capital and a dash: `AB 12 34 56 C`, `X-2482300-W`. */
const lettersBefore = (units: Uint16Array, at: number): number => {
  const [before, letter] = [units[at - 1]!, units[at - 2]!]
  if ((before !== SPACE && before !== DASH) || !isCapital(letter)) return at
  if (before === DASH) return isToken(units[at - 3]!) ? at : at - 2
  return isCapital(units[at - 3]!) && !isToken(units[at - 4]!) ? at - 3 : at
}

const takeNationalId = (scan: Scan, from: number): Taken => {
  if (!scan.plan.nationalIds) return undefined
  const start = lettersBefore(scan.units, run.start[from]!)
  if (start === run.start[from] && run.total(from, run.count - 1) < 8 && run.size(from) !== 6)
    return undefined
  const match = nationalIdAt(scan, start)
  if (!match) return undefined
  scan.add(start, match.end, match.type, match.score, match.recogniser)
  let to = from
  while (to + 1 < run.count && run.end[to]! < match.end) to++
  return to
}

const takeMac = (scan: Scan, from: number): Taken => {
  if (run.size(from) !== 2 || run.gap[from] !== 45) return undefined
  const start = run.start[from]!
  const end = isToken(scan.units[start - 1]!) ? -1 : macEnd(scan.text, start, 45)
  if (end < 0) return undefined
  scan.add(start, end, 'MAC_ADDRESS', 95, 'mac')
  let to = from
  while (to + 1 < run.count && run.end[to]! < end) to++
  return to
}

const TAKERS = [
  takeCells,
  takeMac,
  takeIp,
  takeDate,
  takeSsn,
  takeCard,
  takeNationalId,
  takePhone,
  takeWrittenDate,
] as const

const take = (scan: Scan, from: number): Taken => {
  for (const taker of TAKERS) {
    const to = taker(scan, from)
    if (to !== undefined) return to
  }
  return undefined
}

/** What is left undecided between two groups: kept when it is long enough to be a number of some kind. */
const askFor = (scan: Scan, from: number, to: number): void => {
  if (to < from || run.total(from, to) < LEAST_DIGITS) return
  // Six digits behind a number sign are a colour.
  if (from === to && run.size(from) === 6 && scan.units[run.start[from]! - 1] === 35) return
  scan.ask(run.start[from]!, run.end[to]!, 'number')
}

/** End of a number of at most five digits that nothing follows which could belong to it, or -1: most numbers of a text. */
const shortEnd = ({ units }: Scan, at: number): number => {
  let end = at + 1
  while (end - at < LEAST_DIGITS && isDigit(units[end]!)) end++
  if (end - at === LEAST_DIGITS) return -1
  const next = units[end]!
  if (next > 127 || isToken(next)) return -1
  if (!isSeparator(next)) return end
  // A blank or full stop and then a letter.
  const after = units[end + 1]!
  return isDigit(after) || isSeparator(after) || after > 127 ? -1 : end
}

/**
 * Reads all numbers of the run whose first digit is at `at`. Returns where the scanner goes on: never before the end of
 * the run's first group.
 */
export const readNumbers = (scan: Scan, at: number): number => {
  const short = shortEnd(scan, at)
  if (short >= 0 && (short - at < 4 || lettersBefore(scan.units, at) === at)) {
    if (short - at === 4) addWrittenDate(scan, at, short)
    return short
  }
  run.read(scan, at)
  const last = run.end[run.count - 1]!
  // A group with letters behind it is a token of its own, unless they are an extension: `555-0123x77`.
  if (
    run.count > 1 &&
    !run.truncated &&
    endsInToken(scan, last) &&
    !runsIntoLetter(scan.units, last) &&
    afterExtension(scan.text, last) === last
  )
    run.dropLast()
  const { truncated } = run
  let open = 0
  let next = 0
  while (next < run.count) {
    const to = take(scan, next)
    if (to === undefined) {
      next++
      continue
    }
    askFor(scan, open, next - 1)
    next = to + 1
    open = next
  }
  askFor(scan, open, run.count - 1)
  // What begins in the first groups was seen whole; the others are read again with what follows them.
  if (truncated) return run.count > MOST_GROUPS ? run.start[run.count - MOST_GROUPS]! : run.end[0]!
  // A last group that is nothing by itself may begin a token of another kind.
  return open < run.count ? run.start[run.count - 1]! : run.end[run.count - 1]!
}
