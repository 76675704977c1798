/** A store that may forget. Nothing may depend on it for correctness. */
export interface Cache {
  /** Values in the order of the keys; undefined where absent or expired. */
  readonly getMany: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>
  readonly setMany: (entries: readonly CacheEntry[]) => Promise<void>
  /** Sets only when `revision` is greater than the stored one. Answers whether it did. */
  readonly setIfNewer: (entry: CacheEntry, revision: bigint) => Promise<boolean>
  /** Removes the key when `revision` is not older than the stored one. Answers whether the key is gone. */
  readonly deleteIfNotNewer: (key: string, revision: bigint) => Promise<boolean>
  readonly close: () => Promise<void>
}

export interface CacheEntry {
  readonly key: string
  readonly value: Uint8Array
  /** Milliseconds until it is forgotten; never, when absent. */
  readonly ttlMs?: number
}
