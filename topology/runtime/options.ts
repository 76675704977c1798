import type { Delivery } from '../ports/record-log.ts'

/** How the runtime behaves. What the pipeline is belongs to the topology, not here. */
export interface RuntimeOptions {
  /** Most records of one partition between dispatch and durability. At the cap the partition is paused. */
  readonly maxInFlightRecords: number
  /** Most bytes of one partition between dispatch and durability, by the weight of the records. */
  readonly maxInFlightBytes: number
  /** Longest wait of one poll, milliseconds. */
  readonly pollWaitMs: number
  /** Most records in one commit. */
  readonly maxCommitRecords: number
  /** Ranges that a process writes at a time, of all its sinks: of two, one computes while the other waits for the store. */
  readonly rangesAtOnce: number
  readonly retry: RetryOptions
  /** Longest wait for commits under way when partitions are taken away, milliseconds. */
  readonly revokeMs: number
  /** Longest wait for work in flight on shutdown, milliseconds. */
  readonly drainMs: number
  /** By sub-topology; `at-least-once` for those not named. */
  readonly delivery: Readonly<Record<string, Delivery>>
}

export interface RetryOptions {
  /** First back-off, milliseconds; doubles up to `maxMs`, with full jitter. */
  readonly firstMs: number
  readonly maxMs: number
  /** Transient faults of one record in a row before the breaker opens. */
  readonly transientAttempts: number
  /** Time-outs of one record before it becomes a dead letter. */
  readonly timeoutAttempts: number
}

export const defaultRuntimeOptions: RuntimeOptions = {
  maxInFlightRecords: 512,
  maxInFlightBytes: 2 * 1024 * 1024,
  pollWaitMs: 250,
  maxCommitRecords: 1_000,
  rangesAtOnce: 2,
  retry: { firstMs: 50, maxMs: 10_000, transientAttempts: 5, timeoutAttempts: 3 },
  revokeMs: 1_000,
  drainMs: 30_000,
  delivery: {},
}
