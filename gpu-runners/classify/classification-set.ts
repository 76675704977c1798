import type {
  ChunkScores,
  ChunkSet,
  ClassificationSet,
  ProducedBy,
} from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { Price } from '../batching/price.ts'
import { addUsages, usageOf } from '../batching/usage.ts'
import type { ChunkOutcome } from '../chunk-set/ask-chunks.ts'
import type { ClassifyCard } from '../models/model-card.ts'

/** What one model made of the chunks of a set. */
export interface ModelOutcomes {
  readonly card: ClassifyCard
  readonly outcomes: readonly ChunkOutcome<Float32Array>[]
  readonly price?: Price
}

/** The event for the scores of one chunk set: by chunk, then by model. Without scores for an erased document. */
export function classificationSetOf(
  event: ChunkSet,
  models: readonly ModelOutcomes[],
  mark: ProducedBy,
): ClassificationSet {
  const results: ChunkScores[] = []
  const failed: ClassificationSet['failed'][number][] = []
  for (let place = 0; place < (models[0]?.outcomes.length ?? 0); place++) {
    for (const { card, outcomes } of models) {
      const { chunk, outcome } = outcomes[place]!
      const { id: chunkId, ordinal } = chunk
      if (outcome.kind === 'ok') results.push(chunkScores(card, chunk, outcome.result))
      else failed.push({ chunkId, ordinal, code: POISON_CODES[outcome.reason] })
    }
  }
  const asked = models.filter(({ outcomes }) => outcomes.length > 0)
  return {
    operation: event.operation,
    chunkSetUri: event.uri,
    ordinal: event.ordinal,
    sets: event.sets,
    type: event.type,
    sentAt: event.sentAt,
    results,
    failed,
    usage:
      asked.length === 0
        ? null
        : addUsages(asked.map(({ outcomes, price }) => usageOf(outcomes, price))),
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
