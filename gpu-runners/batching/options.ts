/** How an inference pool forms and sends batches. Sizes are per model, across all partitions. */
export interface PoolOptions {
  /** The most a batch may cost, in tokens of `cost`. An item that costs more goes alone. */
  readonly maxBatchTokens: number
  /** The most items of a batch; the server refuses more. */
  readonly maxBatchItems: number
  /**
   * What a batch costs: `padded` = its longest item × its items (models that pad), `sum` = all its tokens (models
   * that do not).
   */
  readonly cost: 'padded' | 'sum'
  /**
   * Requests under way at once. Two keep a server busy while the next batch travels; where a server tells what it does,
   * the number follows that.
   */
  readonly maxInFlight: number
  /** Milliseconds that the oldest item waits for company before a batch that is not full is sent. */
  readonly lingerMs: number
  /** Items that may wait or be under way; `submitAll` waits above it. */
  readonly maxItems: number
  /** Bytes of the items that may wait or be under way; one item alone may be larger. */
  readonly maxBytes: number
  /** Share of bad items of a batch above which the server is held to be at fault unless a probe says otherwise. */
  readonly outageShare: number
  /** Bytes of results that the process remembers by content; 0: none. */
  readonly rememberBytes: number
  /** Milliseconds that the cache remembers them for all processes; 0: it is not asked. */
  readonly rememberMs: number
  /** Milliseconds that the cache is waited for, not counting what this process is late by; then the model is asked. */
  readonly rememberWaitMs: number
}

/** Defaults for an encoder of MiniLM's size; a model card overrides them. */
export const DEFAULT_POOL_OPTIONS: PoolOptions = {
  maxBatchTokens: 16_384,
  maxBatchItems: 64,
  cost: 'padded',
  maxInFlight: 2,
  lingerMs: 5,
  maxItems: 4_096,
  maxBytes: 32 * 1024 * 1024,
  outageShare: 0.25,
  rememberBytes: 0,
  rememberMs: 0,
  rememberWaitMs: 250,
}
