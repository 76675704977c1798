import type { CanonicalDocument, Finding } from '../../topology/model/document.ts'
import type { NerAnswer } from '../../topology/model/draft.ts'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import { NerUnusable } from '../../topology/ports/ner.ts'
import type { Ner, NerEntity, NerFound } from '../../topology/ports/ner.ts'

/** An answer that does not fit what was asked: nothing of it is used. */
export interface Unusable {
  readonly kind: 'unusable'
  /** What is wrong with it. Never text of the document. */
  readonly detail: string
}

/** Score of a model's word at most: what a checksum or a list confirmed is stronger. */
const MOST_SCORE = 94

/** Names, and what finding them took. */
export interface Recognised {
  readonly kind: 'recognised'
  readonly answer: NerAnswer
  readonly counts: Readonly<Record<string, number>>
}

/** Asks a model for the names in a document's text and subject. */
export async function recognise(
  { text, subject }: Pick<CanonicalDocument, 'text' | 'subject'>,
  ner: Ner,
  signal: AbortSignal,
  deadline: DeadlineClass = 'bulk',
): Promise<Recognised | Unusable> {
  const texts = [text, ...(subject === undefined ? [] : [subject])]
  const found = await findOrNot(ner, texts, signal, deadline)
  if ('kind' in found) return found
  const { entities, counts = {} } = found
  if (entities.length !== texts.length)
    return { kind: 'unusable', detail: `${entities.length} answers to ${texts.length} texts` }
  const wrong = texts
    .flatMap((each, at) => entities[at]!.map((entity) => problemOf(entity, each)))
    .find((problem) => problem !== undefined)
  if (wrong !== undefined) return { kind: 'unusable', detail: wrong }
  const [inText = [], inSubject = []] = entities.map((each) => findingsOf(each, ner.model))
  const answer = { kind: 'answered', model: ner.model, text: inText, subject: inSubject } as const
  return { kind: 'recognised', answer, counts }
}

const findOrNot = async (
  ner: Ner,
  texts: readonly string[],
  signal: AbortSignal,
  deadline: DeadlineClass,
): Promise<NerFound | Unusable> => {
  try {
    return await ner.find(texts, signal, deadline)
  } catch (error) {
    if (!(error instanceof NerUnusable)) throw error
    return { kind: 'unusable', detail: error.message }
  }
}

function problemOf({ start, end, type, score }: NerEntity, text: string): string | undefined {
  if (!Number.isSafeInteger(start) || !Number.isSafeInteger(end))
    return 'an offset is no whole number'
  if (start < 0 || start >= end || end > text.length) return 'an entity lies outside its text'
  if (insidePair(text, start) || insidePair(text, end)) return 'an entity cuts a surrogate pair'
  if (!/^[A-Z][A-Z0-9_]{1,47}$/.test(type)) return 'a type is not written LIKE_THIS'
  if (!Number.isSafeInteger(score) || score < 0 || score > 100) return 'a score is not 0 to 100'
  return undefined
}

const insidePair = (text: string, at: number): boolean =>
  (text.charCodeAt(at) & 0xfc00) === 0xdc00 && (text.charCodeAt(at - 1) & 0xfc00) === 0xd800

/** In one order, so that results do not depend on that of the model. */
const findingsOf = (entities: readonly NerEntity[], model: string): readonly Finding[] =>
  entities
    .map(({ start, end, type, score }) => ({
      start,
      end,
      type,
      score: Math.min(score, MOST_SCORE),
      recogniser: `ner/${model}`,
    }))
    .sort((a, b) => a.start - b.start || b.end - a.end || (a.type < b.type ? -1 : 1))
