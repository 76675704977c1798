import { CLASSES, LETTER } from '../char-classes.ts'
import type { Scan } from '../scan.ts'
import { GAP_END, type NumericRun } from './numeric-run.ts'

const isLetter = (code: number) => (CLASSES[code]! & LETTER) !== 0

const inRange = (value: number, least: number, most: number) => value >= least && value <= most

const year = (digits: string): boolean =>
  digits.length === 2 || (digits.length === 4 && inRange(Number(digits), 1880, 2100))

const dayAndMonth = (a: number, b: number): boolean =>
  (inRange(a, 1, 31) && inRange(b, 1, 12)) || (inRange(a, 1, 12) && inRange(b, 1, 31))

const short = (digits: string) => digits.length <= 2

/** True when groups `from` to `from + 2` are a calendar date: year first or last, `/`, `-`, `.` or blanks between. */
export const isDate = (run: NumericRun, from: number): boolean => {
  if (from + 2 >= run.count || run.gap[from] === GAP_END || run.gap[from] !== run.gap[from + 1])
    return false
  if (run.gap[from]! < 32) return false
  if (run.gap[from + 2] === run.gap[from]) return false
  if (from > 0 && run.gap[from - 1] === run.gap[from]) return false
  const [a, b, c] = [
    run.digits(from, from),
    run.digits(from + 1, from + 1),
    run.digits(from + 2, from + 2),
  ]
  if (a.length === 4) return year(a) && short(b) && short(c) && dayAndMonth(Number(b), Number(c))
  // With blanks between, two digits are seldom a year.
  if (run.gap[from] === 32 && c.length === 2) return false
  return short(a) && short(b) && year(c) && dayAndMonth(Number(a), Number(b))
}

const MONTHS =
  'jan(?:uary|uar|vier)?|feb(?:ruary|ruar)?|f[ée]v(?:rier)?|mar(?:ch|zo|s)?|m[äa]rz|apr(?:il|ile)?|avril|may|mai|maggio|mayo|june?|juni|juin|july?|juli|juillet|aug(?:ust)?|ao[uû]t|sep(?:t(?:ember|embre)?)?|oct(?:ober|obre|ubre)?|okt(?:ober)?|nov(?:ember|embre|iembre)?|dec(?:ember|embre)?|d[ée]c(?:embre)?|dez(?:ember)?|dic(?:iembre|embre)?|enero|febrero|abril|junio|julio|agosto|septiembre|gennaio|febbraio|aprile|giugno|luglio|settembre|ottobre|janeiro|fevereiro|maio|junho|julho|setembro|outubro|novembro|dezembro|januari|februari|maart|augustus|januar|februar|oktober|desember|янв(?:аря)?|фев(?:раля)?|мар(?:та)?|апр(?:еля)?|мая|июн[ья]?|июл[ья]?|авг(?:уста)?|сен(?:тября)?|окт(?:ября)?|ноя(?:бря)?|дек(?:абря)?'
const BEFORE_YEAR = new RegExp(
  `(?<![\\p{L}\\d])(?:\\d{1,2}(?:st|nd|rd|th|er|º)?[. -]{0,2}(?:of |de |da )?(?:${MONTHS})[., \n-]{0,2}(?:de |del )?|(?:${MONTHS})\\.?[ \n]\\d{1,2}(?:st|nd|rd|th)?,?[ \n])$`,
  'iu',
)
const REACH = 32
/** First three letters of all month names above. */
const MONTH_STARTS = new Set(
  (
    'jan feb fév fev mar mär apr avr may mai mag jun jui jul aug aoû aou ago sep set oct okt out ott nov dec déc dez des dic ' +
    'ene abr gen giu lug maa янв фев мар апр мая июн июл авг сен окт ноя дек'
  ).split(' '),
)
/** What may stand between month and year: `March 12th 1980`, `12 de marzo de 1980`. */
const DAY_WORDS = new Set('st nd rd th de del'.split(' '))

const beginning = (first: number, second: number): number => ((first & 31) << 5) | (second & 31)

/** 1 for the first two letters of all of them. */
const MAY_DATE = new Uint8Array(1 << 10)
for (const word of [...MONTH_STARTS, ...DAY_WORDS])
  MAY_DATE[beginning(word.charCodeAt(0), word.charCodeAt(1))] = 1

/** A cheap look at what stands before a year: a month, or the end of one with a day behind it. */
const mayBeDated = ({ text, units }: Scan, at: number): boolean => {
  let end = at - 1
  while (end > 0 && at - end < 6 && !isLetter(units[end - 1]!)) end--
  let start = end
  while (start > 0 && end - start < 12 && isLetter(units[start - 1]!)) start--
  const [first, second] = [units[start]!, units[start + 1]!]
  if ((first | second) < 128 && MAY_DATE[beginning(first, second)] === 0) return false
  const word = text.slice(start, start + 3).toLowerCase()
  return MONTH_STARTS.has(word) || DAY_WORDS.has(text.slice(start, end).toLowerCase())
}

/** Where a written-out date begins whose year stands at `at`: `12 March 1980`, `March 12, 1980`. -1 when there is none. */
export const writtenDateStart = (scan: Scan, at: number): number => {
  const { text, units } = scan
  const before = units[at - 1]
  if (before !== 32 && before !== 45 && before !== 46 && before !== 10) return -1
  if (!mayBeDated(scan, at)) return -1
  const from = Math.max(0, at - REACH)
  const match = BEFORE_YEAR.exec(text.slice(from, at))
  return match ? from + match.index : -1
}

const CJK_DATE = /(?:19|20)\d{2}[ ]?[年년][ ]?\d{1,2}[ ]?[月월][ ]?\d{1,2}[ ]?[日일]/y

/** End of a date such as 1980年3月12日 that begins at `at`, or -1. */
export const cjkDateEnd = (text: string, at: number): number => {
  CJK_DATE.lastIndex = at
  return CJK_DATE.test(text) ? CJK_DATE.lastIndex : -1
}
