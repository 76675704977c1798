import type { TrySource } from './item.ts'
import type { TryResult } from './try-result.ts'

/** A stage of the pipeline, made to be run alone. */
export interface TryStage {
  /** Items that it is worth running at once. */
  readonly width: number
  /** Members of the output line. Rejects with faults and bugs only. */
  readonly run: (source: TrySource) => Promise<TryResult<object>>
}
