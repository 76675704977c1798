import type { Clock } from '../../../topology/ports/clock.ts'
import type { Environment } from '../lmdb/open-environment.ts'

export interface EmbeddedRecordLogOptions {
  /** Folder of everything that is written; the log takes `log/` in it. Hold its lock (`lockDataDir`) first. */
  readonly dataDir: string
  /** For long polls and for members that do not come back. */
  readonly clock: Clock
  /** Most records of one poll, over all partitions. */
  readonly maxPollRecords?: number
  /** Most bytes of one poll, over all partitions; one record is given whatever its size. */
  readonly maxPollBytes?: number
  /**
   * Milliseconds a member may take to poll again after partitions were revoked; then it is put out of the group, and
   * joins again with its next poll.
   */
  readonly rebalanceTimeoutMs?: number
  /** Superseded records of compacted topics after which a compaction starts by itself. */
  readonly compactAfter?: number
  /** Fewest milliseconds between two transactions; what comes in between goes into the next. */
  readonly commitSpacingMs?: number
  /** Opens the environment; for tests that make the disk fail. */
  readonly openEnvironment?: (path: string) => Environment
}

type Defaulted =
  'maxPollRecords' | 'maxPollBytes' | 'rebalanceTimeoutMs' | 'compactAfter' | 'commitSpacingMs'

export const recordLogDefaults: Required<Pick<EmbeddedRecordLogOptions, Defaulted>> = {
  maxPollRecords: 500,
  maxPollBytes: 4 * 1024 * 1024,
  rebalanceTimeoutMs: 30_000,
  compactAfter: 10_000,
  commitSpacingMs: 5,
}
