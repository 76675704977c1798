import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { ChatWriter } from './chat-writer.ts'

export const WHATSAPP_TYPE = 'text/x-whatsapp-chat'

const DATE = String.raw`(\d{1,4})([./-])(\d{1,2})[./-](\d{1,4})`
const TIME = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[\s\u202f]?([ap])\.?[\s\u202f]?m\.?)?`
/** `[31/12/2023, 23:59:59] Ada: words` (iPhone) or `31/12/23, 23:59 - Ada: words` (Android). */
const LINE = new RegExp(
  String.raw`^\u200e?(?:\[${DATE},?\s${TIME}\]\s|${DATE},?\s${TIME}\s-\s)`,
  'i',
)
/** Groups of one of the two alternatives. */
const GROUPS = 8
/** Who speaks, up to the first colon; an event has none. */
const SPEAKER = /^\u200e?([^:\n]{1,100}):\s/

const LOOKED_AT = 40
/** A file may start with an event or a message of several lines. */
const FIRST_LINES = 5

/** True when one of the first lines, and at least three in ten of those looked at, start as WhatsApp writes them. */
export const isWhatsApp = (text: string): boolean => {
  const lines = text.slice(0, 16_384).split('\n', LOOKED_AT)
  const starts = lines.map((line) => LINE.test(line.slice(0, 60)))
  if (!starts.slice(0, FIRST_LINES).includes(true)) return false
  const said = lines.filter((line, index) => starts[index] && bodyOf(line, LINE).match(SPEAKER))
  const events = starts.filter(Boolean).length
  return (
    said.length >= 1 &&
    events >= 2 &&
    events * 10 >= lines.filter((line) => line.trim() !== '').length * 3
  )
}

const bodyOf = (line: string, start: RegExp): string =>
  line.slice(start.exec(line.slice(0, 60))?.[0].length ?? 0)

interface Line {
  /** The three numbers of the date as they stand, and the sign between them. */
  readonly date: readonly [number, number, number]
  readonly separator: string
  /** Milliseconds of the day. */
  readonly time: number
  text: string
}

/**
 * Reads the text that WhatsApp exports: lines without a time belong to the message before. Times have no zone and are read as UTC.
 * Where day and month cannot be told apart, nothing is dated and the warning is `date-order-unknown`.
 */
export const parseWhatsApp = (text: string, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft(WHATSAPP_TYPE, budget)
  const writer = new ChatWriter(draft)
  const lines = readLines(text)
  const order = dateOrder(lines)
  if (order === undefined) draft.warn('date-order-unknown')
  draft.warn('time-zone-unknown')
  for (const line of lines) {
    const at = order === undefined ? undefined : timeOf(line, order)
    const name = SPEAKER.exec(line.text.slice(0, 120))
    const words = line.text.slice(name?.[0].length ?? 0).replace(/[\u200e\u200f\u202a-\u202c]/g, '')
    const speaker = name?.[1]?.replace(/[\u200e\u200f\u202a-\u202c]/g, '')
    writer.add({
      words,
      ...(at === undefined ? {} : { at }),
      ...(speaker === undefined ? {} : { speaker: { name: speaker } }),
    })
  }
  writer.close()
  return draft.finish()
}

const readLines = (text: string): readonly Line[] => {
  const lines: Line[] = []
  let pieces: string[] = []
  const flush = (): void => {
    const last = lines.at(-1)
    if (last !== undefined) last.text = pieces.join('\n')
  }
  for (const raw of text.split('\n')) {
    const match = LINE.exec(raw.slice(0, 60))
    if (match === null) {
      pieces.push(raw)
      continue
    }
    flush()
    pieces = [raw.slice(match[0].length)]
    lines.push(lineOf(match))
  }
  flush()
  return lines
}

const lineOf = (match: RegExpExecArray): Line => {
  const from = match[1] === undefined ? 1 + GROUPS : 1
  const [a = '', separator = '', b = '', c = '', hour = '', minute = '', second = '0', half] =
    match.slice(from, from + GROUPS)
  const hours = half === undefined ? Number(hour) : (Number(hour) % 12) + (/p/i.test(half) ? 12 : 0)
  return {
    date: [Number(a), Number(b), Number(c)],
    separator,
    time: ((hours * 60 + Number(minute)) * 60 + Number(second)) * 1000,
    text: '',
  }
}

type DateOrder = 'year-month-day' | 'day-month-year' | 'month-day-year'

/** The order of the numbers, told by all lines together: a number above 12 is no month. Dots are not used with the month first. */
const dateOrder = (lines: readonly Line[]): DateOrder | undefined => {
  if (lines.every(({ date }) => date[0] > 31)) return 'year-month-day'
  const dayFirst = lines.some(({ date }) => date[0] > 12)
  const monthFirst = lines.some(({ date }) => date[1] > 12)
  if (dayFirst !== monthFirst) return dayFirst ? 'day-month-year' : 'month-day-year'
  if (dayFirst) return undefined
  return lines.every(({ separator }) => separator === '.') ? 'day-month-year' : undefined
}

const timeOf = ({ date, time }: Line, order: DateOrder): number | undefined => {
  const [a, b, c] = date
  const [year, month, day] =
    order === 'year-month-day' ? [a, b, c] : order === 'day-month-year' ? [c, b, a] : [c, a, b]
  const midnight = Date.UTC(year < 100 ? 2000 + year : year, month - 1, day)
  const isDay = month >= 1 && month <= 12 && day >= 1 && day <= 31 && time < 86_400_000
  return isDay ? midnight + time : undefined
}
