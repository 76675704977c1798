import type { CanonicalDocument } from '../../topology/model/document.ts'
import { AsciiLanguage, isPlainSample, type NgramTable } from './ascii-language.ts'

/** ISO 639-1 code of a document's language, where it can be told. */
export type DetectLanguage = (document: CanonicalDocument) => string | undefined

/** Characters looked at: more cost time and do not make the answer better. */
const SAMPLE_CHARACTERS = 160
/** Fewer than twelve letters decide nothing. */
const ENOUGH = 12
const ENOUGH_LETTERS = /(?:\P{L}*\p{L}){12}/u

/** Loads the detector (about 1 MB of n-grams). */
export const createLanguageDetector = async (): Promise<DetectLanguage> => {
  const { eld } = await import('eld/extrasmall')
  const plain = new AsciiLanguage(await ngramTable())
  return (document) => {
    const sample = sampleOf(document)
    if (isPlainSample(sample)) return plain.detect(sample, ENOUGH)
    if (!ENOUGH_LETTERS.test(sample)) return undefined
    const { language } = eld.detect(sample)
    return language === '' ? undefined : language
  }
}

/** What eld itself reads; the package keeps it to itself, so that its version is pinned. */
export const ngramTable = async (): Promise<NgramTable> => {
  const file = new URL('../ngrams/extrasmall.js', import.meta.resolve('eld/extrasmall'))
  const { ngramsData } = (await import(file.href)) as { readonly ngramsData: NgramTable }
  return ngramsData
}

/** The start of the document's own words: the first `body` or `turn` long enough, else the start of the text. */
const sampleOf = (document: CanonicalDocument): string => {
  const own = document.spans.find(
    (span) => (span.kind === 'body' || span.kind === 'cue') && span.end - span.start >= 60,
  )
  const start = own?.start ?? 0
  return document.text.slice(start, start + SAMPLE_CHARACTERS)
}
