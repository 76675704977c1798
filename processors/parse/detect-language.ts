import type { CanonicalDocument } from '../../topology/model/document.ts'

/** ISO 639-1 code of a document's language, where it can be told. */
export type DetectLanguage = (document: CanonicalDocument) => string | undefined

/** Characters looked at: more cost time and do not make the answer better. */
const SAMPLE_CHARACTERS = 160
/** Fewer than twelve letters decide nothing. */
const ENOUGH_LETTERS = /(?:\P{L}*\p{L}){12}/u

/** Loads the detector (about 1 MB of n-grams). */
export const createLanguageDetector = async (): Promise<DetectLanguage> => {
  const { eld } = await import('eld/extrasmall')
  return (document) => {
    const sample = sampleOf(document)
    if (!ENOUGH_LETTERS.test(sample)) return undefined
    const { language } = eld.detect(sample)
    return language === '' ? undefined : language
  }
}

/** The start of the document's own words: the first `body` or `turn` long enough, else the start of the text. */
const sampleOf = (document: CanonicalDocument): string => {
  const own = document.spans.find(
    (span) => (span.kind === 'body' || span.kind === 'cue') && span.end - span.start >= 60,
  )
  const start = own?.start ?? 0
  return document.text.slice(start, start + SAMPLE_CHARACTERS)
}
