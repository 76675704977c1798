import { littleEndianView } from '../../schemas/little-endian.ts'
import type {
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
  return {
    operation: event.operation,
    chunkSetUri: event.uri,
    ordinal: event.ordinal,
    sets: event.sets,
    type: event.type,
    sentAt: event.sentAt,
    dimensions: card.dimensions,
    encoding: 'FLOAT32_LE',
    vectors: outcomes.flatMap((outcome) => chunkVector(outcome, card)),
    failed: outcomes.flatMap(({ chunk, outcome }) =>
      outcome.kind === 'ok'
        ? []
        : [{ chunkId: chunk.id, ordinal: chunk.ordinal, code: POISON_CODES[outcome.reason] }],
    ),
    usage: outcomes.length === 0 ? null : usageOf(outcomes, price),
    ...envelopeOf(event, mark),
  }
}

function chunkVector(
  { chunk, outcome }: ChunkOutcome<Float32Array>,
  card: EmbedCard,
): readonly ChunkVector[] {
  if (outcome.kind !== 'ok') return []
  return [
    {
      chunkId: chunk.id,
      ordinal: chunk.ordinal,
      tokens: Math.min(tokensWithHeader(chunk), card.maxTokens),
      vector: littleEndianView(outcome.result),
    },
  ]
}
