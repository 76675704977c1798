import type { LogRecord } from '../../topology/ports/record-log.ts'
import type { DoneOffsets } from './done-offsets.ts'
import type { FetchedPartition } from './kafkajs.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import type { Place } from './reader.ts'
import { visibleRecords } from './visible-records.ts'

/** How far a partition of one assignment is fetched and taken, and what was fetched and not taken. */
export interface Cursor extends Place {
  /** Next offset to be fetched. */
  next: number
  /** How far the taker knows to be done with reading. */
  told: number
  /** Read, not taken, from `head` on. */
  records: readonly LogRecord[]
  head: number
  bytes: number
  paused: boolean
  /** Is not wanted, as far as it is not before `next`. */
  done: DoneOffsets | undefined
  /** A fetch brought nothing although there is something: fetched alone next, to see why. */
  suspect: boolean
}

export const cursorAt = ({ topic, partition }: Place, offset: number): Cursor => ({
  topic,
  partition,
  next: offset,
  told: offset,
  records: [],
  head: 0,
  bytes: 0,
  paused: false,
  done: undefined,
  suspect: false,
})

const sizeOf = (records: readonly LogRecord[]): number =>
  records.reduce((sum, { key, value }) => sum + key.length + (value?.length ?? 0) + 64, 0)

/** More may be fetched for it. */
export const hasRoom = (
  cursor: Cursor,
  options: Pick<ResolvedKafkaOptions, 'maxPollRecords' | 'fetchBytesPerPartition'>,
): boolean =>
  !cursor.paused &&
  cursor.records.length - cursor.head < options.maxPollRecords &&
  cursor.bytes < options.fetchBytesPerPartition

/** Puts what a fetch brought behind what is there already. */
export const store = (cursor: Cursor, fetched: FetchedPartition): void => {
  const { done } = cursor
  const { records, next } = visibleRecords(fetched, cursor.next, done?.has)
  // Not beyond the end: a topic that was made anew has none of it.
  cursor.next = Math.max(next, done?.after(next, Number(fetched.lastStableOffset)) ?? 0)
  if (records.length === 0) return
  const rest = cursor.head < cursor.records.length ? cursor.records.slice(cursor.head) : []
  cursor.records = rest.length > 0 ? [...rest, ...records] : records
  cursor.head = 0
  cursor.bytes += sizeOf(records)
}

/**
 * A fetch brings nothing although there is something when others took all the room, or when the batch at its offset is
 * empty after compaction. Fetched alone it can only be the latter: then nothing is at this offset.
 */
export const stepOverEmpty = (cursor: Cursor, fetched: FetchedPartition): void => {
  const more = Number(fetched.lastStableOffset) > cursor.next
  const empty = more && fetched.messages.length === 0
  if (empty && cursor.suspect) cursor.next += 1
  else cursor.suspect = empty
}

/** Takes so many records from the front. */
export const takeFrom = (cursor: Cursor, most: number): readonly LogRecord[] => {
  const end = Math.min(cursor.head + most, cursor.records.length)
  const whole = cursor.head === 0 && end === cursor.records.length
  const records = whole ? cursor.records : cursor.records.slice(cursor.head, end)
  cursor.head = end
  cursor.told = (records.at(-1)?.offset ?? cursor.told) + 1
  cursor.bytes -= sizeOf(records)
  if (end === cursor.records.length) {
    cursor.records = []
    cursor.head = 0
    cursor.bytes = 0
  }
  return records
}
