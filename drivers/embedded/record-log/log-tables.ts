import { hash } from 'node:crypto'
import type { TopicName } from '../../../topology/model/record.ts'
import type { CommittedOffset, LogRecord, TopicSpec } from '../../../topology/ports/record-log.ts'
import type { ByteTable, Environment } from '../lmdb/open-environment.ts'
import { decodeFrame } from './record-frame.ts'

/*
 * Tables of the log, keys as bytes, numbers big-endian so that their order is the order of the table:
 *   topics   name                                       -> JSON of StoredTopic
 *   records  topic id (2) partition (4) offset (6)      -> frame
 *   latest   topic id (2) partition (4) digest of key   -> offset (6); compacted topics only
 *   groups   group                                      -> epoch (6)
 *   offsets  group 0 topic 0 partition (4)              -> offset (6) metadata in UTF-16
 *   state    group 0 key                                -> bytes
 */
export interface LogTables {
  readonly topics: ByteTable
  readonly records: ByteTable
  readonly latest: ByteTable
  readonly groups: ByteTable
  readonly offsets: ByteTable
  readonly state: ByteTable
}

export const tableNames = ['topics', 'records', 'latest', 'groups', 'offsets', 'state'] as const

/** The tables, or undefined where the log has never been opened for writing. */
export const openLogTables = (environment: Environment): LogTables | undefined => {
  const entries = tableNames.map((name) => {
    const keys = name === 'records' ? 'ascending' : 'any'
    return [name, environment.table(name, keys)] as const
  })
  if (entries.some(([, table]) => table === undefined)) return undefined
  return Object.fromEntries(entries) as unknown as LogTables
}

export interface StoredTopic extends TopicSpec {
  readonly id: number
}

export const encodeOffset = (offset: number): Buffer => {
  const bytes = Buffer.allocUnsafe(6)
  bytes.writeUIntBE(offset, 0, 6)
  return bytes
}

/** By hand: to look at the memory of a short key, which `Buffer.from` does, makes V8 move it out of its heap first. */
export const decodeOffset = (bytes: Uint8Array, at = 0): number => {
  let offset = 0
  for (let index = at; index < at + 6; index++) offset = offset * 256 + bytes[index]!
  return offset
}

export const recordKey = (topicId: number, partition: number, offset: number): Buffer => {
  const key = Buffer.allocUnsafe(12)
  key.writeUInt16BE(topicId, 0)
  key.writeUInt32BE(partition, 2)
  key.writeUIntBE(offset, 6, 6)
  return key
}

export const offsetOfRecordKey = (key: Uint8Array): number => decodeOffset(key, 6)

/** Keys of any length by 128 bits of their SHA-256. */
export const latestKey = (topicId: number, partition: number, key: Uint8Array): Buffer => {
  const bytes = Buffer.allocUnsafe(22)
  bytes.writeUInt16BE(topicId, 0)
  bytes.writeUInt32BE(partition, 2)
  bytes.write(hash('sha256', key), 6, 16, 'hex')
  return bytes
}

const offsetKeyPrefix = (group: string): Buffer => Buffer.from(`${group}\0`)

export const offsetKey = (group: string, topic: TopicName, partition: number): Buffer => {
  const number = Buffer.allocUnsafe(4)
  number.writeUInt32BE(partition)
  return Buffer.concat([offsetKeyPrefix(group), Buffer.from(`${topic}\0`), number])
}

export const stateKey = (group: string, key: string): Buffer => Buffer.from(`${group}\0${key}`)

export const encodeCommitted = (offset: number, metadata: string): Buffer =>
  Buffer.concat([encodeOffset(offset), Buffer.from(metadata, 'utf16le')])

const decodeCommitted = (key: Uint8Array, value: Uint8Array): CommittedOffset => {
  const name = Buffer.from(key)
  const bytes = Buffer.from(value)
  const topicStart = name.indexOf(0) + 1
  return {
    topic: name.toString('utf8', topicStart, name.length - 5) as TopicName,
    partition: name.readUInt32BE(name.length - 4),
    offset: bytes.readUIntBE(0, 6),
    metadata: bytes.toString('utf16le', 6),
  }
}

export const readTopics = (tables: LogTables): readonly StoredTopic[] =>
  [...tables.topics.getRange()].map(
    ({ value }) => JSON.parse(Buffer.from(value).toString()) as StoredTopic,
  )

/** Offset after the last record, from the table itself: compaction never removes the last record of a partition. */
export const readEnd = (tables: LogTables, topicId: number, partition: number): number => {
  const range = { start: recordKey(topicId, partition, 2 ** 48 - 1), reverse: true, limit: 1 }
  for (const key of tables.records.getKeys({ ...range, end: recordKey(topicId, partition, 0) }))
    return offsetOfRecordKey(key) + 1
  return tables.records.doesExist(recordKey(topicId, partition, 0)) ? 1 : 0
}

export const readCommitted = (tables: LogTables, group: string): readonly CommittedOffset[] => {
  const start = offsetKeyPrefix(group)
  const end = Buffer.from(`${group}\u0001`)
  return [...tables.offsets.getRange({ start, end })].map(({ key, value }) =>
    decodeCommitted(key, value),
  )
}

export const readEpoch = (tables: LogTables, group: string): number => {
  const stored = tables.groups.get(Buffer.from(group))
  return stored ? decodeOffset(stored) : 0
}

export const readGroups = (tables: LogTables): readonly string[] =>
  [...tables.groups.getKeys()].map((key) => Buffer.from(key).toString())

export interface ReadLimit {
  readonly records: number
  /** At least one record is read, whatever its size. */
  readonly bytes: number
}

/** Records of a partition from `offset` on, within the limit, and the bytes they take. */
export const readRecords = (
  tables: LogTables,
  topicId: number,
  partition: number,
  offset: number,
  limit: ReadLimit,
): { readonly records: readonly LogRecord[]; readonly bytes: number } => {
  const records: LogRecord[] = []
  let bytes = 0
  const range = {
    start: recordKey(topicId, partition, offset),
    end: recordKey(topicId, partition + 1, 0),
    limit: limit.records,
  }
  for (const { key, value } of tables.records.getRange(range)) {
    if (records.length > 0 && bytes + value.length > limit.bytes) break
    bytes += value.length
    records.push({ offset: offsetOfRecordKey(key), ...decodeFrame(value) })
  }
  return { records, bytes }
}
