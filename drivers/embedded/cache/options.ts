import type { Clock } from '../../../topology/ports/clock.ts'

export interface EmbeddedCacheOptions {
  /** Folder of everything that is written; the cache takes `cache/` in it. Hold its lock (`lockDataDir`) first. */
  readonly dataDir: string
  /** For times to live. */
  readonly clock: Clock
  /** Most bytes of values kept in memory. */
  readonly memoryBytes?: number
  /** Entries on the disk after which the ones nearest their end, or without a revision, are forgotten. */
  readonly maxEntries?: number
}

type Defaulted = 'memoryBytes' | 'maxEntries'

export const cacheDefaults: Required<Pick<EmbeddedCacheOptions, Defaulted>> = {
  memoryBytes: 8 * 1024 * 1024,
  maxEntries: 500_000,
}
