import type {
  ChunkScores,
  ChunkSet,
  ClassificationSet,
  ProducedBy,
} from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { ChunkOutcome } from '../chunk-set/ask-chunks.ts'
import type { ClassifyCard } from '../models/model-card.ts'

/** What one model made of the chunks of a set. */
export interface ModelOutcomes {
  readonly card: ClassifyCard
  readonly outcomes: readonly ChunkOutcome<Float32Array>[]
}

/** The event for the scores of one chunk set: by chunk, then by model. Without scores for an erased document. */
export function classificationSetOf(
  event: ChunkSet,
  models: readonly ModelOutcomes[],
  mark: ProducedBy,
): ClassificationSet {
  const chunks = models[0]?.outcomes.length ?? 0
  const inChunkOrder = Array.from({ length: chunks }, (_, i) =>
    models.flatMap(({ card, outcomes }) => {
      const outcome = outcomes[i]
      return outcome ? [{ card, ...outcome }] : []
    }),
  ).flat()
  return {
    operation: event.operation,
    chunkSetUri: event.uri,
    ordinal: event.ordinal,
    sets: event.sets,
    type: event.type,
    sentAt: event.sentAt,
    results: inChunkOrder.flatMap(({ card, chunk, outcome }) =>
      outcome.kind === 'ok' ? [chunkScores(card, chunk, outcome.result)] : [],
    ),
    failed: inChunkOrder.flatMap(({ chunk, outcome }) =>
      outcome.kind === 'ok'
        ? []
        : [{ chunkId: chunk.id, ordinal: chunk.ordinal, code: POISON_CODES[outcome.reason] }],
    ),
    ...envelopeOf(event, mark),
  }
}

/** All scores of a chunk, each with whether it reaches the threshold of the card. */
export function chunkScores(
  card: ClassifyCard,
  chunk: { readonly id: string; readonly ordinal: number },
  scores: Float32Array,
): ChunkScores {
  return {
    chunkId: chunk.id,
    ordinal: chunk.ordinal,
    model: card.name,
    modelVersion: card.version,
    scores: card.labels.map(({ label, threshold }, i) => {
      const score = scores[i] as number
      // The threshold is compared in single precision, in which the score was computed.
      return { label, score, accepted: score >= Math.fround(threshold) }
    }),
  }
}
