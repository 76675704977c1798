import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { DocumentDraft } from './document-draft.ts'
import { isJsonObject, stringOf, type JsonObject, type JsonValue } from '../formats/json.ts'
import { plainFieldName, TEXT_FIELDS } from '../formats/text-fields.ts'
import { wellFormed } from './well-formed.ts'

export const REVIEW_TYPE = 'application/x-review+json'

const TITLE_FIELDS = ['reviewtitle', 'title', 'headline', 'subject', 'summary'] as const
const AUTHOR_FIELDS = ['reviewername', 'author', 'reviewer', 'username', 'user', 'name'] as const
const DATE_FIELDS = [
  'date',
  'reviewdate',
  'createdat',
  'timestamp',
  'time',
  'unixreviewtime',
] as const

/** True for an object with a text field, even an empty one. */
export const isReview = (value: JsonValue): value is JsonObject =>
  isJsonObject(value) && fieldOf(value, TEXT_FIELDS) !== undefined

/** A review or one row of a table with a text column: title, blank line, text. */
export const parseReview = (review: JsonObject, budget: Budget): CanonicalDocument => {
  const draft = new DocumentDraft(REVIEW_TYPE, budget)
  const read = (names: readonly string[]): string =>
    wellFormed(fieldOf(review, names) ?? '')
      .replace(/\r\n?/g, '\n')
      .trim()
  const text = read(TEXT_FIELDS)
  const title = read(TITLE_FIELDS)
  if (title !== '') {
    draft.subject = title
    draft.append(title)
    draft.mark({ kind: 'heading', start: 0, end: draft.length, depth: 0 })
  }
  if (text !== '') {
    if (title !== '') draft.append('\n\n')
    const start = draft.length
    draft.append(text)
    draft.mark({ kind: 'body', start, end: draft.length, depth: 0 })
  }
  const author = read(AUTHOR_FIELDS)
  if (author !== '') draft.addParticipant({ role: 'author', name: author })
  const sent = dateOf(read(DATE_FIELDS))
  if (sent !== undefined) draft.sent = sent
  return draft.finish()
}

const fieldOf = (review: JsonObject, names: readonly string[]): string | undefined => {
  const fields = new Map(Object.keys(review).map((key) => [plainFieldName(key), key]))
  for (const name of names) {
    const key = fields.get(name)
    const value = key === undefined ? undefined : review[key]
    if (typeof value === 'string' || typeof value === 'number') return stringOf(value)
  }
  return undefined
}

/** Epoch seconds, epoch milliseconds or an ISO date; nothing else, since its meaning would depend on the place. */
const dateOf = (value: string): number | undefined => {
  if (/^\d{9,10}$/.test(value)) return Number(value) * 1000
  if (/^\d{12,13}$/.test(value)) return Number(value)
  const iso = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?/.exec(value)
  if (iso === null) return undefined
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = iso
    .slice(1)
    .map((digits) => Number(digits ?? 0))
  const at = Date.UTC(year, month - 1, day, hour, minute, second)
  return Number.isFinite(at) ? at : undefined
}
