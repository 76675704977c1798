import type {
  ChunkSet,
  ChunkVector,
  EmbeddingSet,
  ProducedBy,
} from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { ChunkOutcome } from '../chunk-set/ask-chunks.ts'
import type { EmbedCard } from '../models/model-card.ts'

/** The event for the vectors of one chunk set, in chunk order; an event without vectors for an erased document. */
export function embeddingSetOf(
  event: ChunkSet,
  outcomes: readonly ChunkOutcome<Float32Array>[],
  card: EmbedCard,
  mark: ProducedBy,
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
      tokens: Math.min(chunk.tokens, card.maxTokens),
      vector: littleEndian(outcome.result),
    },
  ]
}

/** The bytes of a vector, whatever the byte order of this machine. */
export function littleEndian(vector: Float32Array): Uint8Array {
  const bytes = new Uint8Array(vector.length * 4)
  const view = new DataView(bytes.buffer)
  vector.forEach((value, i) => view.setFloat32(i * 4, value, true))
  return bytes
}
