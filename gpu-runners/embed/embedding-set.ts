import { littleEndianView } from '../../schemas/little-endian.ts'
import type {
  ChunkRecord,
  ChunkSet,
  ChunkVector,
  EmbeddingSet,
  ProducedBy,
} from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { Price } from '../batching/price.ts'
import { tokensWithHeader } from '../chunk-set/ask-chunks.ts'
import { usageOf } from '../batching/usage.ts'
import type { ChunkOutcome } from '../chunk-set/ask-chunks.ts'
import type { EmbedCard } from '../models/model-card.ts'

/** The event for the vectors of one chunk set, in chunk order; an event without vectors for an erased document. */
export function embeddingSetOf(
  event: ChunkSet,
  outcomes: readonly ChunkOutcome<Float32Array>[],
  card: EmbedCard,
  mark: ProducedBy,
  price?: Price,
): EmbeddingSet {
  const vectors: ChunkVector[] = []
  const failed: EmbeddingSet['failed'][number][] = []
  for (const { chunk, outcome } of outcomes) {
    if (outcome.kind === 'ok') vectors.push(chunkVector(chunk, outcome.result, card))
    else
      failed.push({
        chunkId: chunk.id,
        ordinal: chunk.ordinal,
        code: POISON_CODES[outcome.reason],
      })
  }
  return {
    operation: event.operation,
    chunkSetUri: event.uri,
    ordinal: event.ordinal,
    sets: event.sets,
    type: event.type,
    sentAt: event.sentAt,
    dimensions: card.dimensions,
    encoding: 'FLOAT32_LE',
    vectors,
    failed,
    usage: outcomes.length === 0 ? null : usageOf(outcomes, price),
    ...envelopeOf(event, mark),
  }
}

function chunkVector(chunk: ChunkRecord, result: Float32Array, card: EmbedCard): ChunkVector {
  return {
    chunkId: chunk.id,
    ordinal: chunk.ordinal,
    tokens: Math.min(tokensWithHeader(chunk), card.maxTokens),
    vector: littleEndianView(result),
  }
}
