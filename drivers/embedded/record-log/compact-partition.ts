import type { LogTables, StoredTopic } from './log-tables.ts'
import { decodeOffset, latestKey, offsetOfRecordKey, readEnd, recordKey } from './log-tables.ts'
import { decodeFrame } from './record-frame.ts'

export interface CompactOptions {
  /** Tombstones with an earlier event time go too. Kept when absent. */
  readonly tombstonesBefore?: number
}

export interface CompactedSlice {
  readonly removed: number
  /** Where to go on; undefined at the end. */
  readonly next: number | undefined
}

/** Records that one transaction looks at. */
const sliceRecords = 2000

/**
 * One step of compaction, inside a transaction: removes records that a later one of the same key has superseded. The
 * last record of a partition always stays, so that its end is known.
 */
export const compactSlice = (
  tables: LogTables,
  topic: StoredTopic,
  partition: number,
  from: number,
  options: CompactOptions,
): CompactedSlice => {
  const last = readEnd(tables, topic.id, partition) - 1
  const range = {
    start: recordKey(topic.id, partition, from),
    end: recordKey(topic.id, partition, Math.max(from, last)),
    limit: sliceRecords,
  }
  const entries = [...tables.records.getRange(range)]
  let removed = 0
  for (const { key, value } of entries) {
    const record = decodeFrame(value)
    const index = latestKey(topic.id, partition, record.key)
    const latest = tables.latest.get(index)
    const superseded = latest !== undefined && decodeOffset(latest) > offsetOfRecordKey(key)
    const expired =
      record.value === null && record.timestamp < (options.tombstonesBefore ?? -Infinity)
    if (!superseded && !expired) continue
    if (!superseded) tables.latest.removeSync(index)
    tables.records.removeSync(key)
    removed += 1
  }
  const end = entries.at(-1)
  const next = entries.length === sliceRecords && end ? offsetOfRecordKey(end.key) + 1 : undefined
  return { removed, next }
}
