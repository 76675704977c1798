import type { FetchedPartition } from '../../../drivers/kafka/kafkajs.ts'
import type { FetchedBatch } from '../../../drivers/kafka/wire/decode-batches.ts'

export interface BatchChanges {
  readonly producer?: string
  readonly isControl?: boolean
  readonly nextOffset?: number
}

/** A batch of records at these offsets, all with the key `k`. */
export const aBatch = (offsets: readonly number[], changes: BatchChanges = {}): FetchedBatch => ({
  firstOffset: offsets[0] ?? 0,
  nextOffset: changes.nextOffset ?? (offsets.at(-1) ?? 0) + 1,
  producerId: changes.producer ?? '-1',
  inTransaction: changes.producer !== undefined,
  isControl: changes.isControl ?? false,
  read: (unwanted) =>
    offsets
      .filter((offset) => !unwanted?.(offset))
      .map((offset) => ({
        offset,
        timestamp: 5,
        key: Buffer.from('k'),
        value: Buffer.from(`${offset}`),
        headers: {},
      })),
})

/** What a fetch of a partition with 100 records brought. */
export const aFetchedPartition = (
  messages: readonly FetchedBatch[],
  abortedTransactions: FetchedPartition['abortedTransactions'] = [],
): FetchedPartition => ({
  partition: 0,
  highWatermark: '100',
  lastStableOffset: '100',
  abortedTransactions,
  messages,
})
