const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec']

/** Minutes east of UTC (RFC 5322 §4.3, and the European names that mailers write). */
const ZONES: Readonly<Record<string, number>> = {
  ut: 0,
  gmt: 0,
  utc: 0,
  z: 0,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  ast: -240,
  adt: -180,
  bst: 60,
  cet: 60,
  cest: 120,
  met: 60,
  mest: 120,
  eet: 120,
  eest: 180,
  jst: 540,
}

const DAY_FIRST =
  /(?<![\d:])(\d{1,2})[\s-]{1,5}([A-Za-z]{3})[a-z]{0,6}[\s,.-]{1,5}(\d{2,4})[\s,]{1,5}(\d{1,2})[:.](\d{1,2})(?:[:.](\d{1,2}))?/
/** `Thu Nov  1 00:00:00 2001`: asctime, as separator lines of mbox files have it. */
const MONTH_FIRST =
  /([A-Za-z]{3})[a-z]{0,6}\s{1,5}(\d{1,2}),?\s{1,5}(?:(\d{4})\s{1,5})?(\d{1,2}):(\d{2})(?::(\d{2}))?/
const ISO = /(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2}))?/

/**
 * Epoch milliseconds of a Date header, or `undefined` when it cannot be told; the current time is never used. A missing or
 * unknown zone is read as UTC. Two-digit years follow RFC 5322 §4.3. No locale and no time zone of the machine matter.
 */
export const parseMailDate = (header: string): number | undefined => {
  const text = header.slice(0, 1000).replace(/\s+/g, ' ').slice(0, 200)
  const fields = dayFirst(text) ?? monthFirst(text) ?? iso(text)
  if (fields === undefined) return undefined
  const [year, month, day, clockHour, minute, second] = fields
  const hour = twelveHours(text, clockHour)
  if (month < 0 || day < 1 || day > daysOf(year, month)) return undefined
  if (hour > 24 || minute > 59 || second > 60) return undefined
  const local = Date.UTC(year, month, day, hour, minute, second)
  return Number.isFinite(local) ? local - zoneMinutes(text) * 60_000 : undefined
}

const daysOf = (year: number, month: number): number =>
  new Date(Date.UTC(year, month + 1, 0)).getUTCDate()

type Fields = [number, number, number, number, number, number]

const dayFirst = (text: string): Fields | undefined => {
  const match = DAY_FIRST.exec(text)
  if (match === null) return undefined
  const [, day, month, year, hour, minute, second] = match
  return [
    fullYear(year ?? ''),
    monthOf(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  ]
}

const monthFirst = (text: string): Fields | undefined => {
  // The week day looks like a month name: try after it first.
  const match = MONTH_FIRST.exec(text.replace(/^\s*(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*,?\s/i, ''))
  if (match === null) return undefined
  const [, month, day, year, hour, minute, second] = match
  // Behind the time, with a zone behind it where git wrote it.
  const later = year ?? /(?<![+\d-])(\d{4})(?: [+-]\d{4})?\s*$/.exec(text)?.[1]
  if (later === undefined) return undefined
  return [
    Number(later),
    monthOf(month),
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  ]
}

const iso = (text: string): Fields | undefined => {
  const match = ISO.exec(text)
  if (match === null) return undefined
  const [, year, month, day, hour, minute, second] = match
  return [
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second ?? 0),
  ]
}

const monthOf = (name: string | undefined): number =>
  MONTHS.indexOf((name ?? '').slice(0, 3).toLowerCase())

const fullYear = (digits: string): number => {
  const year = Number(digits)
  if (digits.length === 2) return year < 50 ? 2000 + year : 1900 + year
  return digits.length === 3 ? 1900 + year : year
}

/** `4:12:06 PM`: not in any standard, but in mail. */
const twelveHours = (text: string, hour: number): number => {
  const half = /:\d{1,2} ?([AP])M\b/i.exec(text)?.[1]?.toUpperCase()
  if (half === undefined || hour > 12) return hour
  return (hour % 12) + (half === 'P' ? 12 : 0)
}

/** Zones as Windows writes them out: `Eastern Daylight Time`. Minutes east of UTC in winter. */
const NAMED_ZONES: Readonly<Record<string, number>> = {
  eastern: -300,
  central: -360,
  mountain: -420,
  pacific: -480,
  gmt: 0,
  'w. europe': 60,
  romance: 60,
}

/** Senders of bulk mail write zones that are nowhere; a day and more is none at all. Minutes. */
const MOST_FROM_UTC = 24 * 60 - 1

const zoneMinutes = (text: string): number => {
  const numeric =
    /[:.]\d{1,2}(?:\.\d{1,9})?(?: \d{4}(?= ))? ?(?:[AP]M)? ?(?:GMT|UTC)? ?([+-])(\d{1,2}):?(\d{2})?\b/i.exec(
      text,
    )
  if (numeric !== null) {
    const minutes = Number(numeric[2]) * 60 + Number(numeric[3] ?? 0)
    if (minutes > MOST_FROM_UTC) return 0
    return numeric[1] === '-' ? -minutes : minutes
  }
  const windows = /:\d{1,2} (?:[AP]M )?(\w[\w. ]{1,20}) (Standard|Daylight) Time/.exec(text)
  if (windows !== null) {
    const winter = NAMED_ZONES[windows[1]?.toLowerCase() ?? ''] ?? 0
    return windows[2] === 'Daylight' ? winter + 60 : winter
  }
  const named = /:\d{1,2} ?(?:[AP]M )?\(?([A-Za-z]{1,5})\b/i.exec(text)
  return ZONES[named?.[1]?.toLowerCase() ?? ''] ?? 0
}
