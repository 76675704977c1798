import type { ChunkRecord, PreparedText } from '../../schemas/generated/types.ts'
import { saidStretches } from './summarisable-text.ts'

/** What one chunk of a document says that no chunk before it has said. */
export interface Passage {
  readonly chunk: PassageChunk
  readonly text: string
  /** As the pipeline's tokenizer counts, about. */
  readonly tokens: number
}

/** From 0 to the end of the text, each at or after the one before. */
export type PassageChunk = Pick<ChunkRecord, 'id' | 'ordinal' | 'start' | 'end' | 'tokens'>

/**
 * The passages of a document, in order: what chunks repeat of each other stands in the first of them, and what is no matter
 * of the document itself in none. Chunks of which nothing is left are left out.
 */
export function passagesOf(
  prepared: Pick<PreparedText, 'text' | 'spans'>,
  chunks: readonly PassageChunk[],
): readonly Passage[] {
  const said = saidStretches(prepared)
  const passages: Passage[] = []
  let at = 0
  let next = 0
  for (const chunk of chunks) {
    const pieces: string[] = []
    while (next < said.length) {
      const { start, end } = said[next] as { start: number; end: number }
      const from = Math.max(start, chunk.start, at)
      const to = Math.min(end, chunk.end)
      if (from < to) pieces.push(prepared.text.slice(from, to))
      if (end > chunk.end) break
      next++
    }
    at = Math.max(at, chunk.end)
    const text = pieces.join('\n\n').trim()
    if (text !== '') passages.push({ chunk, text, tokens: shareOf(chunk, text.length) })
  }
  return passages
}

const shareOf = ({ start, end, tokens }: PassageChunk, length: number): number =>
  Math.max(1, Math.ceil((tokens * length) / Math.max(end - start, 1)))
