import { chooseSentences } from './choose-sentences.ts'
import { readMatter } from './sentence-matter.ts'
import type { Span } from './source-sentences.ts'
import { splitSentences } from './split-sentences.ts'
import { createWordScanner } from './word-scanner.ts'

/** A summary made of sentences of the text itself. */
export interface Extract {
  /** The chosen sentences in the order of the text, white space collapsed, joined by one space. */
  readonly text: string
  /** Where the chosen sentences stand in the text, in its order. */
  readonly spans: readonly Span[]
  /** Tokens of `text`, by the counter that was given. */
  readonly tokens: number
  /** Words of the text that were read. */
  readonly wordsRead: number
  /** The text was longer than the summariser reads ({@link MAX_READ_UNITS}, {@link MAX_SENTENCES}). */
  readonly truncated: boolean
}

/** How long an extract may be. */
export interface ExtractOptions {
  /** The most tokens of the extract. */
  readonly maxTokens: number
  /** Tokens of a piece of text. Words are counted when it is missing. */
  readonly countTokens?: (text: string) => number
}

/** Picks the sentences that say most of what a text is about. */
export type Summariser = (text: string, options: ExtractOptions) => Extract

/** What is read of a text, from its start: five hours of talk. */
export const MAX_READ_UNITS = 262_144
export const MAX_SENTENCES = 10_000
/** Longer sentences are read in pieces, and chosen by their beginning. */
const MAX_SENTENCE_UNITS = 600

/**
 * Summaries by coverage: one sentence after the other that adds most of the words that many sentences have. See {@link chooseSentences}.
 *
 * A summariser holds scratch buffers: use one per thread.
 */
export function createCoverage(): Summariser {
  const scan = createWordScanner()
  const countWords = createWordScanner()
  return (text, { maxTokens, countTokens = (piece) => countWords(piece).count }) => {
    const read = text.slice(0, MAX_READ_UNITS)
    const limits = { maxSentences: MAX_SENTENCES, maxUnits: MAX_SENTENCE_UNITS }
    const continued = new Set<number>()
    const bounds = splitSentences(read, limits, continued)
    const matter = readMatter(read, bounds, scan)
    const budget = { maxTokens, countTokens }
    const pieces = chooseSentences({ text: read, bounds, continued }, matter, budget)
    return {
      text: pieces.map((piece) => piece.text).join(' '),
      spans: pieces.map(({ start, end }) => ({ start, end })),
      tokens: pieces.reduce((sum, piece) => sum + piece.tokens, 0),
      wordsRead: matter.wordsRead,
      truncated: read.length < text.length || bounds.length >= MAX_SENTENCES * 2,
    }
  }
}
