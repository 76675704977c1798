export interface VectorOptions {
  /** Most embedding sets of one call; a set has up to 64 vectors. */
  readonly maxRecords: number
  /** Milliseconds to wait for more sets. */
  readonly lingerMs: number
  /** Whether words are indexed too, for search by words: their chunks are read from the object store. */
  readonly terms: boolean
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number
}

export const vectorDefaults: VectorOptions = {
  maxRecords: 128,
  lingerMs: 50,
  terms: true,
  timeoutMs: 60_000,
}
