import type {
  CanonicalDocument,
  Chunk,
  PlacedFinding,
  Tokens,
} from '../../topology/model/document.ts'
import { chunkIds } from './chunk-id.ts'
import { headerOf, noHeader } from './header.ts'
import type { HeaderSource } from './header.ts'
import { isSpace } from './is-space.ts'
import { nearKeys } from './min-hash.ts'
import { capacityOf, checkChunkOptions } from './options.ts'
import type { ChunkOptions } from './options.ts'
import { planChunks } from './plan-chunks.ts'
import type { TokenRange } from './plan-chunks.ts'
import { rankCuts } from './rank-cuts.ts'
import { sourceRanges } from './source-range.ts'
import { structureOf } from './structure.ts'
import { textHash } from './text-hash.ts'
import { textPlaces } from './text-places.ts'

/** What the chunker must know of the tokeniser that made the tokens. */
export interface TokeniserFacts {
  /** SHA-256 of the tokenizer.json, hex. */
  readonly sha256: string
  /** True when a token with this id begins a word. */
  readonly startsWord: (id: number) => boolean
  /** Ids of a text: of headers here. */
  readonly tokenise: (text: string) => Tokens
}

/** A redacted document, its tokens, and what was redacted; without that, the text is taken for the source itself. */
export type Chunker = (
  document: Pick<CanonicalDocument, 'text' | 'spans'> & HeaderSource,
  tokens: Tokens,
  findings?: readonly PlacedFinding[],
) => Chunk[]

/**
 * Makes a chunker. No chunk has more tokens than fit, its header counted. Every character that is not white space lies in some chunk, unless
 * the whole text has no token. Chunks begin and end at words, so that the ids of a chunk are the ids of its text
 * tokenised again; only a word longer than a whole chunk is cut inside, between characters, and flagged.
 *
 * @throws {ChunkOptionsError} when the options make no sense together
 */
export function createChunker(options: ChunkOptions, tokeniser: TokeniserFacts): Chunker {
  checkChunkOptions(options)
  return (document, tokens, findings = []) => {
    const { text, spans } = document
    if (tokens.ids.length === 0) return []
    const header = options.header === 'none' ? noHeader : headerOf(document, options, tokeniser)
    const capacity = capacityOf(options, header.ids.length)
    const structure = structureOf(spans)
    const rank = rankCuts(text, tokens, structure, tokeniser.startsWord)
    const id = chunkIds(text, header.text, tokeniser.sha256, options)
    const ranges = planChunks({ tokens, structure, rank, capacity, overlap: options.overlap })
    const stretches = ranges.map((range) => stretchOf(text, tokens, range))
    const placeAt = textPlaces(text, stretches.flat())
    const sourceOf = sourceRanges(findings)
    return ranges.map((range, ordinal) => {
      const [start, end] = stretches[ordinal]!
      const piece = text.slice(start, end)
      const from = placeAt(start)
      const to = placeAt(end)
      const [sourceStart, sourceEnd] = sourceOf(start, end)
      return {
        id: id(start, end, piece),
        ordinal,
        start,
        end,
        startByte: from.byte,
        endByte: to.byte,
        startCodePoint: from.codePoint,
        endCodePoint: to.codePoint,
        textHash: textHash(piece),
        ids: tokens.ids.slice(range.first, range.end),
        hardSplit: range.hardSplit,
        sourceStart,
        sourceEnd,
        ...(header.text === '' ? {} : { header: header.text, headerIds: header.ids }),
        ...(options.nearDuplicates ? { nearKeys: nearKeys(piece) } : {}),
      }
    })
  }
}

type Stretch = readonly [start: number, end: number]

function stretchOf(text: string, tokens: Tokens, range: TokenRange): Stretch {
  const start = range.first === 0 ? textStart(text, tokens) : tokens.offsets[2 * range.first]!
  return [start, endOf(text, tokens, range.end)]
}

/** White space before the first token is left out, unless some of it belongs to that token. */
function textStart(text: string, tokens: Tokens): number {
  let start = 0
  while (start < tokens.offsets[0]! && isSpace(text.charCodeAt(start))) start++
  return start
}

/** Up to the next token, less white space: accents and other characters that made no token belong to the one before. */
function endOf(text: string, tokens: Tokens, next: number): number {
  let end = tokens.offsets[2 * next] ?? text.length
  const least = tokens.offsets[2 * next - 1]!
  while (end > least && isSpace(text.charCodeAt(end - 1))) end--
  return end
}
