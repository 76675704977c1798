import type { PoolOptions } from '../batching/options.ts'
import type { ModelPrice } from '../batching/price.ts'
import type { ClassifyCard } from '../models/model-card.ts'

/** How chunks are labelled. */
export interface ClassifyOptions {
  /** The models; each sees every chunk. */
  readonly cards: readonly ClassifyCard[]
  /** Overrides of what the cards say about batches. */
  readonly pool: Partial<PoolOptions>
  /** Chunk sets at work at once; enough of them fill a batch. */
  readonly concurrency: number
  /** Milliseconds until an attempt on a chunk set counts as timed out, waiting for a batch included. */
  readonly timeoutMs: number
  readonly prices?: readonly ModelPrice[]
}

/** What holds where an option is not given. */
export const DEFAULT_CLASSIFY_OPTIONS = {
  pool: {},
  concurrency: 256,
  timeoutMs: 60_000,
} as const satisfies Omit<ClassifyOptions, 'cards'>
