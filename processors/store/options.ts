export interface PackOptions {
  /** Most chunks of one chunk set. */
  readonly chunksPerSet: number
  /** CPU milliseconds per document. */
  readonly deadlineMs: number
}

export const packDefaults: PackOptions = { chunksPerSet: 64, deadlineMs: 5_000 }

export interface StoreOptions {
  /** How many documents are stored at a time. */
  readonly concurrency: number
  /** How many chunk sets of one document are written at a time. */
  readonly parallel: number
  /** Milliseconds until an attempt is given up. */
  readonly timeoutMs: number
}

export const storeDefaults: StoreOptions = { concurrency: 128, parallel: 4, timeoutMs: 60_000 }
