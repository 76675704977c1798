import type { PoolOptions } from '../batching/options.ts'
import type { ModelPrice } from '../batching/price.ts'
import type { RecogniseCard } from '../models/model-card.ts'
import type { TextTokeniser } from './word-starts.ts'

/** How a model is asked for names. */
export interface ModelNerOptions {
  readonly card: RecogniseCard
  /** Called once, when something is first asked. The ids of its tokens are those that the model reads. */
  readonly tokeniser: () => TextTokeniser
  /** Overrides of what the card says about batches. What is remembered of other models is not of this one: it reads what is not redacted yet. */
  readonly pool?: Partial<PoolOptions>
  readonly prices?: readonly ModelPrice[]
  /** UTF-16 units that are tokenised at once: a few milliseconds of the main thread. */
  readonly stretchUnits?: number
}

export const DEFAULT_STRETCH_UNITS = 32_768
