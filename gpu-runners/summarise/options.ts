import type { PoolOptions } from '../batching/options.ts'
import type { ModelPrice } from '../batching/price.ts'
import type { SummariseCard } from '../models/model-card.ts'

/** How documents are summarised. */
export interface SummariseOptions {
  readonly card: SummariseCard
  /** The most tokens of a summary, or of an answer of a chat model; what the card says when absent. */
  readonly maxTokens?: number
  /** Overrides of what the card says about batches. */
  readonly pool: Partial<PoolOptions>
  /** Documents at work at once; enough of them fill a batch. */
  readonly concurrency: number
  /** Milliseconds until an attempt on a document counts as timed out, waiting for a batch included. */
  readonly timeoutMs: number
  /** For cards of chat models, which need it. */
  readonly chat?: ChatOptions
  readonly prices?: readonly ModelPrice[]
}

/** How a chat model is asked about documents of any length. */
export interface ChatOptions {
  /** Most tokens of a document in one request, as the pipeline's tokenizer counts. */
  readonly inputTokens: number
  /** Most requests about one document; what is beyond is not read, and the summary marked. */
  readonly maxRequests: number
  /** Makes the summary, which is then marked, where the chat model has no usable answer; a dead letter, when absent. */
  readonly fallback?: SummariseCard
}

/** What holds where an option is not given. */
export const DEFAULT_SUMMARISE_OPTIONS = {
  pool: {},
  concurrency: 256,
  timeoutMs: 60_000,
} as const satisfies Omit<SummariseOptions, 'card'>
