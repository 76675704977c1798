import type {
  ChunkCitation,
  ModelUsage,
  SummaryFallback,
  SummaryPoint,
} from '../../schemas/generated/types.ts'
import type { GeneratedText } from '../../topology/ports/model-server.ts'
import type { Poison } from '../batching/item.ts'
import type { SummariseCard } from '../models/model-card.ts'

/** A summary as a model made it. */
export interface MadeSummary extends GeneratedText {
  readonly card: SummariseCard
  readonly promptHash?: string
  readonly citations: readonly ChunkCitation[]
  readonly points: readonly SummaryPoint[]
  readonly fallback: SummaryFallback | null
  readonly usage: ModelUsage
}

/** What became of a document that a model was asked to summarise. */
export type SummaryOutcome =
  | { readonly kind: 'made'; readonly summary: MadeSummary }
  /** There is nothing to be summarised. */
  | { readonly kind: 'empty' }
  | Poison

/** Sentences of the document, or whatever a model of texts gives: nothing is cited. */
export const madeOf = (
  card: SummariseCard,
  text: GeneratedText,
  usage: ModelUsage,
): MadeSummary => ({
  ...text,
  card,
  citations: [],
  points: [],
  fallback: null,
  usage,
})
