import type { Tokens } from '../../topology/model/document.ts'
import type { NerEntity } from '../../topology/ports/ner.ts'
import type { RecogniseCard } from '../models/model-card.ts'
import { decodeNames } from './decode-names.ts'
import type { TokenName } from './decode-names.ts'
import type { TokenLabels } from './read-token-labels.ts'
import { stretchEnd, trimmed } from './text-stretches.ts'
import type { TokenWindow } from './token-windows.ts'
import { wordStarts } from './word-starts.ts'
import type { TextTokeniser } from './word-starts.ts'

/** A part of a text with its tokens; their offsets are of the part. */
export interface Stretch {
  readonly text: string
  /** Where it begins in the whole text. */
  readonly from: number
  readonly tokens: Tokens
  readonly starts: Uint8Array
  /** Where the next one begins in the whole text: so many tokens before the end of this one, at a word. */
  readonly next: (overlap: number) => number
}

export const openStretch = (
  whole: string,
  from: number,
  units: number,
  { tokenise, startsWord }: TextTokeniser,
): Stretch => {
  const end = stretchEnd(whole, from, units)
  const text = whole.slice(from, end)
  const tokens = tokenise(text)
  const starts = wordStarts(text, tokens, startsWord)
  const next = (overlap: number): number =>
    end === whole.length ? end : from + (repeatedFrom(text, tokens, starts, overlap) ?? text.length)
  return { text, from, tokens, starts, next }
}

/** Undefined where no word begins there, or less than half of the stretch would be new. */
const repeatedFrom = (
  text: string,
  { ids, offsets }: Tokens,
  starts: Uint8Array,
  overlap: number,
): number | undefined => {
  let at = Math.max(0, ids.length - overlap)
  while (at < ids.length && starts[at] !== 1) at++
  const start = offsets[2 * at] ?? 0
  if (start <= text.length >> 1) return undefined
  // The space before a word goes with it: some tokenisers make other tokens without.
  return /\s/.test(text.charAt(start - 1)) ? start - 1 : start
}

/** The names of a stretch that reach the card's threshold and are somebody's business, in offsets of the whole text. */
export const entitiesIn = (
  stretch: Stretch,
  windows: readonly TokenWindow[],
  labels: readonly TokenLabels[],
  card: RecogniseCard,
): readonly NerEntity[] =>
  windows.flatMap((window, i) =>
    decodeNames(window, stretch.starts, card.labels, labels[i]!)
      .filter(({ probability }) => probability >= card.threshold)
      .flatMap((name) => entityOf(stretch, name, card.types[name.kind] ?? undefined)),
  )

const entityOf = (
  { text, from, tokens }: Stretch,
  { first, end, probability }: TokenName,
  type: string | undefined,
): readonly NerEntity[] => {
  const place = trimmed(text, tokens.offsets[2 * first]!, tokens.offsets[2 * end - 1]!)
  if (place === undefined || type === undefined) return []
  const score = Math.round(100 * Math.min(probability, 1))
  return [{ start: from + place.start, end: from + place.end, type, score }]
}
