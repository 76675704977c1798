import type { PoolOptions } from '../batching/options.ts'
import type { ModelPrice } from '../batching/price.ts'
import type { EmbedCard } from '../models/model-card.ts'

/** How chunks become vectors. */
export interface EmbedOptions {
  readonly card: EmbedCard
  /** Overrides of what the card says about batches. */
  readonly pool: Partial<PoolOptions>
  /** Chunk sets at work at once; enough of them fill a batch. */
  readonly concurrency: number
  /** Milliseconds until an attempt on a chunk set counts as timed out, waiting for a batch included. */
  readonly timeoutMs: number
  readonly prices?: readonly ModelPrice[]
}

/** What holds where an option is not given. */
export const DEFAULT_EMBED_OPTIONS = {
  pool: {},
  concurrency: 256,
  timeoutMs: 60_000,
} as const satisfies Omit<EmbedOptions, 'card'>
