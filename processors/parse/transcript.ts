import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { DocumentDraft } from './document-draft.ts'
import { isJsonObject, stringOf, type JsonObject, type JsonValue } from '../formats/json.ts'
import { wellFormed } from './well-formed.ts'

export const TRANSCRIPT_TYPE = 'application/x-transcript+json'

const SPEAKER_FIELDS = ['speaker', 'speaker_name', 'speakerName', 'name'] as const
const WORDS_FIELDS = ['content', 'text', 'words', 'utterance', 'transcript'] as const

/**
 * A meeting transcript: a list of `{speaker, content}` objects, bare or as the first such list among the fields of an object.
 * `undefined` when the value holds none.
 */
export const asTranscript = (value: JsonValue): readonly JsonObject[] | undefined => {
  if (isTurnList(value)) return value
  return isJsonObject(value) ? Object.values(value).find(isTurnList) : undefined
}

const isTurnList = (value: JsonValue): value is readonly JsonObject[] =>
  Array.isArray(value) &&
  value.length > 0 &&
  value.every(isJsonObject) &&
  value.slice(0, 5).every((item) => fieldOf(item, SPEAKER_FIELDS) !== '' && hasWords(item))

const hasWords = (item: JsonObject): boolean =>
  WORDS_FIELDS.some((name) => typeof item[name] === 'string')

const fieldOf = (item: JsonObject, names: readonly string[]): string => {
  for (const name of names) {
    const value = stringOf(item[name])
    if (value !== '') return wellFormed(value)
  }
  return ''
}

/** One line per turn, "speaker: words"; neighbouring turns of one speaker are merged. */
export const parseTranscript = (
  items: readonly JsonObject[],
  budget: Budget,
): CanonicalDocument => {
  const draft = new DocumentDraft(TRANSCRIPT_TYPE, budget)
  let open: { speaker: string; start: number } | undefined
  const close = (): void => {
    if (open !== undefined) draft.mark({ kind: 'turn', ...open, end: draft.length, depth: 0 })
  }
  for (const item of items) {
    const speaker = fieldOf(item, SPEAKER_FIELDS).trim()
    const words = fieldOf(item, WORDS_FIELDS).replace(/\s+/g, ' ').trim()
    if (words === '') continue
    if (open?.speaker === speaker) {
      draft.append(` ${words}`)
      continue
    }
    close()
    if (draft.length > 0) draft.append('\n')
    open = { speaker, start: draft.length }
    draft.append(`${speaker}: ${words}`)
    draft.addParticipant({ role: 'speaker', name: speaker })
  }
  close()
  return draft.finish()
}
