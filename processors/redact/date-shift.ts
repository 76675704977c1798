import { createHmac } from 'node:crypto'

const DAY = 86_400_000

const MONTHS: readonly string[] = [
  'jan ene gen янв',
  'feb fév fev фев',
  'mar mär maa мар',
  'apr avr abr апр',
  'may mai mag май мая',
  'jun giu июн',
  'jul lug июл',
  'aug aoû aou ago авг',
  'sep set сен',
  'oct okt ott out окт',
  'nov ноя',
  'dec dez dic déc дек des',
]

const monthOf = (word: string): number | undefined => {
  const text = word.toLowerCase()
  if (text.startsWith('juin')) return 6
  if (text.startsWith('juil')) return 7
  const at = MONTHS.findIndex((starts) => starts.split(' ').includes(text.slice(0, 3)))
  return at < 0 ? undefined : at + 1
}

const fullYear = (year: number) => (year >= 100 ? year : year < 30 ? 2000 + year : 1900 + year)

type YearMonthDay = readonly [year: number, month: number, day: number]

const ordered = (value: string): YearMonthDay | undefined => {
  const [a, b, c] = (value.match(/\d+/g) ?? []).map(Number)
  const word = /\p{L}{3,}/gu
  const month = [...value.matchAll(word)].map(([each]) => monthOf(each)).find((each) => each)
  if (month !== undefined && a !== undefined && b !== undefined)
    return a > 31 ? [a, month, b] : [b, month, a]
  if (a === undefined || b === undefined || c === undefined) return undefined
  if (a > 31) return [a, b, c]
  // With slashes the month comes first unless it cannot; otherwise the day does.
  const monthFirst = b > 12 || (value.includes('/') && a <= 12)
  return monthFirst ? [c, a, b] : [c, b, a]
}

/** Midnight of a date as it is written, in milliseconds; undefined for what is no calendar date. */
export const dateOf = (value: string): number | undefined => {
  const parts = ordered(value)
  if (!parts) return undefined
  const [year, month, day] = parts
  const time = Date.UTC(fullYear(year), month - 1, day)
  const date = new Date(time)
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day ? time : undefined
}

/** Days by which all dates of one subject move: the same for all of them, so that the time between them stays. Never 0. */
export const offsetDays = (
  key: Uint8Array,
  tenantId: string,
  subject: string,
  most: number,
): number => {
  const digest = createHmac('sha256', key).update(`date-shift\0${tenantId}\0${subject}`).digest()
  const days = (digest.readUInt32BE(0) % most) + 1
  return (digest[4]! & 1) === 0 ? days : -days
}

export const shiftedDate = (value: string, days: number): string | undefined => {
  const time = dateOf(value)
  return time === undefined ? undefined : new Date(time + days * DAY).toISOString().slice(0, 10)
}
