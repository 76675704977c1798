import assert from 'node:assert/strict'
import type { TopicName, TopicPartition } from '../../topology/model/record.ts'
import type {
  AssignedPartition,
  LogConsumer,
  LogEvent,
  LogRecord,
  LogTransaction,
  ProduceRecord,
  RecordLog,
} from '../../topology/ports/record-log.ts'
import type { ManualClock } from './manual-clock.ts'

/** One log under test. */
export interface RecordLogHarness {
  readonly log: RecordLog
  /** Ends the log without closing it properly, as a crash would, and opens the same data again. */
  readonly reopen: () => Promise<RecordLog>
  /** Compacts a topic now, where the log can. */
  readonly compact?: (topic: TopicName) => Promise<unknown>
  /** Sees an operation through, for logs whose time does not pass by itself. */
  readonly drive?: <T>(operation: Promise<T>) => Promise<T>
  /** Milliseconds that a poll waits, for logs where things happen in their own time. */
  readonly pollWaitMs?: number
  readonly destroy: () => Promise<void>
}

/** Longest that the log waits for a member after it was told to let go, where time is the clock's. */
export const rebalanceTimeoutMs = 10_000

export type CreateRecordLog = (clock: ManualClock) => Promise<RecordLogHarness>

export const topicName = (name: string): TopicName => name as TopicName

export const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
export const text = (value: Uint8Array | null): string | null =>
  value === null ? null : new TextDecoder().decode(value)

export const aRecord = (
  topic: TopicName,
  key: string,
  value: string | null,
  changes: Partial<ProduceRecord> = {},
): ProduceRecord => ({
  topic,
  key: bytes(key),
  value: value === null ? null : bytes(value),
  timestamp: 1_700_000_000_123,
  headers: {},
  ...changes,
})

export const aTransaction = (
  epoch: number,
  changes: Partial<LogTransaction> = {},
): LogTransaction => ({
  epoch,
  outputs: [],
  state: [],
  offsets: [],
  ...changes,
})

/** What a member has seen, poll by poll. */
export interface Watched {
  readonly consumer: LogConsumer
  /** Polls once, without waiting where nothing happens by itself. */
  readonly poll: () => Promise<readonly LogEvent[]>
  /** Polls until `enough` holds; fails when that takes too long. */
  readonly until: (enough: () => boolean) => Promise<void>
  readonly epoch: () => number
  readonly owned: () => readonly AssignedPartition[]
  readonly records: () => readonly Received[]
  readonly revocations: () => number
  /** How far it has read a partition. */
  readonly next: (partition: number) => number
}

export interface Received extends TopicPartition {
  readonly epoch: number
  readonly record: LogRecord
}

const mostPolls = 100

export const watch = (
  consumer: LogConsumer,
  drive: <T>(p: Promise<T>) => Promise<T>,
  pollWaitMs = 0,
): Watched => {
  let epoch = 0
  let owned: readonly AssignedPartition[] = []
  let revocations = 0
  const positions = new Map<number, number>()
  const records: Received[] = []

  const take = (event: LogEvent): void => {
    switch (event.kind) {
      case 'assigned':
        assert.ok(event.epoch > epoch, 'epochs only grow')
        epoch = event.epoch
        owned = event.partitions
        for (const { partition, offset } of owned) positions.set(partition, offset)
        break
      case 'revoked':
        revocations += 1
        owned = []
        break
      case 'records':
        assert.equal(event.epoch, epoch)
        for (const record of event.records)
          records.push({ ...event.partition, epoch: event.epoch, record })
        positions.set(event.partition.partition, (event.records.at(-1)?.offset ?? -1) + 1)
        break
      case 'passed':
        assert.equal(event.epoch, epoch)
        assert.ok(event.next > (positions.get(event.partition.partition) ?? 0))
        positions.set(event.partition.partition, event.next)
        break
    }
  }

  const poll = async (): Promise<readonly LogEvent[]> => {
    const events = await drive(consumer.poll(pollWaitMs))
    events.forEach(take)
    return events
  }

  return {
    consumer,
    poll,
    until: async (enough) => {
      for (let polls = 0; polls < mostPolls; polls++) {
        if (enough()) return
        await poll()
      }
      assert.ok(enough(), `not reached in ${mostPolls} polls`)
    },
    epoch: () => epoch,
    owned: () => owned,
    records: () => records,
    revocations: () => revocations,
    next: (partition) => positions.get(partition) ?? 0,
  }
}

/** Offset commit of everything that came from the partition up to and including `offset`. */
export const committing = (
  { topic, partition }: TopicPartition,
  offset: number,
  metadata = '',
): LogTransaction['offsets'] => [{ topic, partition, offset: offset + 1, metadata }]
