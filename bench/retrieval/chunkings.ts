import { createChunker } from '../../processors/chunk/chunk.ts'
import { capacityOf, defaultChunkOptions } from '../../processors/chunk/options.ts'
import type { ChunkOptions } from '../../processors/chunk/options.ts'
import type { Tokeniser } from '../../processors/tokenise/tokeniser.ts'
import type { Tokens } from '../../topology/model/document.ts'
import type { Piece, Source } from './collection.ts'

/** Cuts one document. */
export type Chunking = (source: Source, at: number) => readonly Piece[]

interface Limits {
  readonly maxTokens: number
  readonly overlap: number
  readonly header?: ChunkOptions['header']
}

/** Ours: at the borders of the document's structure. */
export const structured = (tokeniser: Tokeniser, limits: Limits): Chunking => {
  const chunk = createChunker({ ...defaultChunkOptions, ...limits }, tokeniser)
  return (source, at) =>
    chunk(source, tokeniser.tokenise(source.text)).map((each) => {
      const { start, end, ids, header = '', headerIds = new Int32Array() } = each
      const all = Int32Array.from([...headerIds, ...ids])
      return { source: at, start, end, text: header + source.text.slice(start, end), ids: all }
    })
}

/** Windows of so many tokens, each that many further on, at the next word. */
export const fixed = (tokeniser: Tokeniser, limits: Limits): Chunking => {
  const capacity = capacityOf({ ...defaultChunkOptions, ...limits })
  return ({ text }, at) => {
    const tokens = tokeniser.tokenise(text)
    const count = tokens.ids.length
    const pieces: Piece[] = []
    for (let first = 0; first < count;) {
      const end = Math.min(count, wordAt(tokeniser, tokens, first + capacity, first))
      pieces.push(pieceOf(text, at, tokens, first, end))
      if (end === count) break
      first = Math.max(first + 1, wordAt(tokeniser, tokens, end - limits.overlap, first + 1))
    }
    return pieces
  }
}

/** The last word start at `index` or before it, after `least`. */
const wordAt = (tokeniser: Tokeniser, { ids }: Tokens, index: number, least: number): number => {
  if (index >= ids.length) return ids.length
  for (let at = index; at > least; at--) if (tokeniser.startsWord(ids[at]!)) return at
  return index
}

/** Whole sentences, as many as fit; by the sentence segmenter of Unicode. */
export const sentences = (tokeniser: Tokeniser, limits: Limits): Chunking => {
  const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' })
  return packed(tokeniser, limits, ({ text }) =>
    Array.from(segmenter.segment(text), ({ index, segment }) => [index, index + segment.length]),
  )
}

/** One turn each. */
export const turns = (tokeniser: Tokeniser, limits: Limits): Chunking => {
  const within = fixed(tokeniser, { ...limits, overlap: 0 })
  return ({ text, spans }, at) =>
    spans.flatMap(({ start, end }) =>
      within({ text: text.slice(start, end), spans: [] }, at).map((piece) => ({
        ...piece,
        start: piece.start + start,
        end: piece.end + start,
      })),
    )
}

type Stretches = (source: Source) => readonly (readonly number[])[]

/** Units taken together until the next does not fit; a unit that alone does not fit is cut like `fixed`. */
const packed = (tokeniser: Tokeniser, limits: Limits, unitsOf: Stretches): Chunking => {
  const capacity = capacityOf({ ...defaultChunkOptions, ...limits })
  const cut = fixed(tokeniser, { ...limits, overlap: 0 })
  return (source, at) => {
    const pieces: Piece[] = []
    let [from, to, room] = [0, 0, capacity]
    const flush = (): void => {
      const text = source.text.slice(from, to)
      for (const piece of cut({ text, spans: [] }, at))
        pieces.push({ ...piece, start: piece.start + from, end: piece.end + from })
      from = to
      room = capacity
    }
    for (const [start = 0, end = 0] of unitsOf(source)) {
      const size = tokeniser.tokenise(source.text.slice(start, end)).ids.length
      if (size > room) flush()
      to = end
      room -= size
    }
    flush()
    return pieces
  }
}

const pieceOf = (text: string, at: number, tokens: Tokens, first: number, end: number): Piece => {
  const from = tokens.offsets[2 * first]!
  const to = tokens.offsets[2 * end - 1]!
  return {
    source: at,
    start: from,
    end: to,
    text: text.slice(from, to),
    ids: tokens.ids.slice(first, end),
  }
}
