import { intsOf } from '../../schemas/little-endian.ts'
import type { ChunkRecord } from '../../schemas/generated/types.ts'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import type { StageContext } from '../../topology/model/stage.ts'
import type { Failure } from '../../topology/model/failure.ts'
import { POISON_CODES, poisonDisposition } from '../batching/item.ts'
import type { ItemOutcome } from '../batching/item.ts'
import type { AskModel, ModelItem } from '../batching/model-pool.ts'
import type { ModelCard } from '../models/model-card.ts'

/** What a model made of one chunk. */
export interface ChunkOutcome<R> {
  readonly chunk: ChunkRecord
  /** That the model was asked about. */
  readonly tokens: number
  readonly outcome: ItemOutcome<R>
}

/** Asks a model about all chunks of a set: about their text, or with their header before it. */
export async function askChunks<R>(
  chunks: readonly ChunkRecord[],
  card: ModelCard,
  ask: AskModel<R>,
  { signal, deadline }: Pick<StageContext, 'signal' | 'deadline'>,
  header: 'with-header' | 'text-only' = 'text-only',
): Promise<readonly ChunkOutcome<R>[]> {
  const items: ModelItem[] = []
  for (const chunk of chunks)
    items.push(chunkItem(header === 'with-header' ? withHeader(chunk) : chunk, card, deadline))
  const outcomes = await ask(items, signal)
  const asked: ChunkOutcome<R>[] = []
  for (const [i, chunk] of chunks.entries())
    asked.push({ chunk, tokens: items[i]!.tokens, outcome: outcomes[i]! })
  return asked
}

/** The chunk with its header before its text, as the chunker counted it. */
function withHeader(chunk: ChunkRecord): ChunkText {
  if (chunk.header === null || chunk.headerIds === null) return chunk
  const ids = new Uint8Array(chunk.headerIds.byteLength + chunk.ids.byteLength)
  ids.set(chunk.headerIds)
  ids.set(chunk.ids, chunk.headerIds.byteLength)
  return { id: chunk.id, text: chunk.header + chunk.text, tokens: tokensWithHeader(chunk), ids }
}

/** Tokens of a chunk's text and of its header. */
export const tokensWithHeader = ({ tokens, headerIds }: ChunkRecord): number =>
  tokens + (headerIds?.byteLength ?? 0) / Int32Array.BYTES_PER_ELEMENT

type ChunkText = Pick<ChunkRecord, 'id' | 'text' | 'tokens' | 'ids'>

/** A chunk as the card's model reads it. Chunks of equal id have equal content. */
export function chunkItem(
  chunk: ChunkText,
  card: ModelCard,
  deadline: DeadlineClass = 'bulk',
): ModelItem {
  const input = card.input === 'text' ? { text: chunk.text } : { ids: modelIds(chunk.ids, card) }
  const tokens = input.ids?.length ?? chunk.tokens
  return {
    tokens: Math.min(Math.max(tokens, 1), card.maxTokens),
    bytes: chunk.text.length * 2 + chunk.ids.byteLength,
    contentKey: chunk.id,
    input,
    deadline,
  }
}

/** The ids as the model reads them: with its special tokens around them, and no more than it takes. */
function modelIds(bytes: Uint8Array, { specialTokens, maxTokens }: ModelCard): Int32Array {
  const { before, after } = specialTokens ?? { before: [], after: [] }
  const room = Math.max(0, maxTokens - before.length - after.length)
  const ids = intsOf(bytes).subarray(0, room)
  const all = new Int32Array(before.length + ids.length + after.length)
  all.set(before)
  all.set(ids, before.length)
  all.set(after, before.length + ids.length)
  return all
}

/** The dead letters of chunks that a model could not take. */
export function chunkFailures(
  outcomes: readonly ChunkOutcome<unknown>[],
  card: ModelCard,
): readonly Failure[] {
  const failures: Failure[] = []
  for (const each of outcomes) {
    const failure = chunkFailure(each, card)
    if (failure) failures.push(failure)
  }
  return failures
}

function chunkFailure(
  { chunk, outcome }: ChunkOutcome<unknown>,
  card: ModelCard,
): Failure | undefined {
  if (outcome.kind === 'ok') return undefined
  return {
    disposition: poisonDisposition(outcome.reason),
    code: POISON_CODES[outcome.reason],
    message: `${card.name}@${card.version} gave no usable result for chunk ${chunk.ordinal}: ${outcome.message}`,
    itemId: chunk.id,
  }
}
