export interface SummaryOptions {
  /** How many summaries are stored at a time. */
  readonly concurrency: number
  /** Milliseconds until an attempt to store is given up. */
  readonly timeoutMs: number
  /** Most records of one call to the cache. */
  readonly maxRecords: number
  /** Milliseconds to wait for more records. */
  readonly lingerMs: number
  /** Milliseconds until a summary is forgotten by the cache; never, when 0. */
  readonly ttlMs: number
}

export const summaryDefaults: SummaryOptions = {
  concurrency: 64,
  timeoutMs: 30_000,
  maxRecords: 256,
  lingerMs: 50,
  ttlMs: 0,
}
