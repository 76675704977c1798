import type { Failure } from '../model/failure.ts'
import type { TopicPartition } from '../model/record.ts'
import type { PackedLogRecords } from '../model/pack-records.ts'
import type { ProduceRecord } from './record-log.ts'

/** A claimed range. */
export interface ClaimedRange {
  readonly partition: TopicPartition
  readonly start: number
  /** Exclusive. */
  readonly end: number
  /** Its records as they lie in the topic, in order. */
  readonly sources: readonly PackedLogRecords[]
  /** Epoch milliseconds. */
  readonly startedAt: number
  /** Prints of the records that were taken before it; undefined where the log holds none twice. */
  readonly taken: Uint8Array | undefined
}

/** What a range came to. */
export interface WrittenRange {
  /** Goes to the log with the commit of the range: ledger entries and dead letters. */
  readonly outputs: readonly ProduceRecord[]
  readonly failures: readonly { readonly offset: number; readonly failure: Failure }[]
  /** Prints of the records that it took: neither repeated nor failed. */
  readonly taken: Uint8Array
  /** How many records were left out, as they had been taken before. */
  readonly repeated: number
}

export interface RangeCall {
  readonly subTopology: string
  readonly sink: string
  /** From 1. */
  readonly attempt: number
  readonly range: ClaimedRange
}

/**
 * Runs range sinks outside of the thread of the engine: reading the records, writing the files and making what goes to the log.
 * Rejects as the sink would; with a transient `Fault` when the thread is gone, and the call may come again.
 */
export interface RangeRunner {
  /** Names of the sinks that it runs. */
  readonly sinks: ReadonlySet<string>
  readonly run: (call: RangeCall, signal: AbortSignal) => Promise<WrittenRange>
  readonly close: () => Promise<void>
}
