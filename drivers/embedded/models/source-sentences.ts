import type { SentenceBounds } from './split-sentences.ts'

/** A stretch of a text in UTF-16 units. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** A text in sentences. */
export interface SourceSentences {
  readonly text: string
  readonly bounds: SentenceBounds
  /** Sentences that only go on with the one before. */
  readonly continued: ReadonlySet<number>
}

/** What of a sentence goes into a summary at most, however few tokens it is worth. */
const MAX_TAKEN_UNITS = 1_200

/** A sentence with what goes on with it, up to {@link MAX_TAKEN_UNITS}. */
export function wholeSpan({ bounds, continued }: SourceSentences, sentence: number): Span {
  const start = bounds[sentence * 2] as number
  let last = sentence
  while (continued.has(last + 1) && (bounds[last * 2 + 3] as number) - start <= MAX_TAKEN_UNITS)
    last++
  return { start, end: bounds[last * 2 + 1] as number }
}

/** A stretch as a summary has it: white space is one blank. */
export const collapse = (text: string, { start, end }: Span): string =>
  text.slice(start, end).replace(/\s+/g, ' ')
