export interface VectorOptions {
  /** Most embedding sets of one call; a set has up to 64 vectors. */
  readonly maxRecords: number
  /** Milliseconds to wait for more sets. */
  readonly lingerMs: number
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number
}

export const vectorDefaults: VectorOptions = {
  maxRecords: 128,
  lingerMs: 50,
  timeoutMs: 60_000,
}
