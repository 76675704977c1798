import type { RangeCall, WrittenRange } from '../../topology/ports/range-runner.ts'
import type { Thrown } from './messages.ts'
import type { PackedLogRecords, PackedProduceRecords } from '../../topology/model/pack-records.ts'

/** What the module of a range thread opens: the sinks and what they need, in that thread. */
export interface RangeWriter {
  readonly write: (call: RangeCall, signal: AbortSignal) => Promise<WrittenRange>
}

/** What a thread is started with. */
export interface RangeWorkerStart {
  readonly module: string
  readonly exportName: string
  readonly options: unknown
}

export type RangeRequest =
  | {
      readonly kind: 'write'
      /** From 1. */
      readonly id: number
      /** Its range without the records, which are beside it. */
      readonly call: RangeCall
      readonly sources: PackedLogRecords
    }
  | { readonly kind: 'abort'; readonly id: number }

export type RangeAnswer =
  | {
      readonly kind: 'written'
      readonly id: number
      readonly outputs: PackedProduceRecords
      readonly written: Omit<WrittenRange, 'outputs'>
    }
  | { readonly kind: 'thrown'; readonly id: number; readonly thrown: Thrown }
