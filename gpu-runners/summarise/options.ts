import type { PoolOptions } from '../batching/options.ts'
import type { SummariseCard } from '../models/model-card.ts'

/** How documents are summarised. */
export interface SummariseOptions {
  readonly card: SummariseCard
  /** The most tokens of a summary; what the card says when absent. */
  readonly maxTokens?: number
  /** Of the prompt that the model is given, where it is given one. Part of every result. */
  readonly promptHash?: string
  /** Overrides of what the card says about batches. */
  readonly pool: Partial<PoolOptions>
  /** Documents at work at once; enough of them fill a batch. */
  readonly concurrency: number
  /** Milliseconds until an attempt on a document counts as timed out, waiting for a batch included. */
  readonly timeoutMs: number
}

/** What holds where an option is not given. */
export const DEFAULT_SUMMARISE_OPTIONS = {
  pool: {},
  concurrency: 256,
  timeoutMs: 60_000,
} as const satisfies Omit<SummariseOptions, 'card'>
