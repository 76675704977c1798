import type { LogRecord, ProduceRecord } from '../ports/record-log.ts'
import type { Headers, TopicName } from './record.ts'

/**
 * Records in few pieces, to be kept or for `postMessage`: to clone thousands of small objects, or to look at them for garbage,
 * would take longer than what is done with them.
 */
export interface PackedRecords {
  /** Keys and values one behind the other, in memory of their own, which may move to another thread. */
  readonly bytes: Uint8Array
  /** Of key and value, by turns; −1 for a value that is null. */
  readonly lengths: Int32Array
  readonly timestamps: Float64Array
  readonly headers: readonly Headers[]
}

export interface PackedLogRecords extends PackedRecords {
  readonly offsets: Float64Array
}

export interface PackedProduceRecords extends PackedRecords {
  readonly topics: readonly TopicName[]
}

export const packLogRecords = (records: readonly LogRecord[]): PackedLogRecords => ({
  ...pack(records),
  offsets: Float64Array.from(records, ({ offset }) => offset),
})

export const unpackLogRecords = (packed: PackedLogRecords): readonly LogRecord[] => {
  const reader = new Reader(packed.bytes)
  const records: LogRecord[] = []
  for (let index = 0; index < packed.headers.length; index++)
    records.push({ ...recordAt(packed, index, reader), offset: packed.offsets[index]! })
  return records
}

/** All pieces as one, in new memory: they stay as they are when that moves to another thread. */
export const joinLogRecords = (pieces: readonly PackedLogRecords[]): PackedLogRecords => ({
  bytes: joined(
    pieces.map(({ bytes }) => bytes),
    Uint8Array,
  ),
  lengths: joined(
    pieces.map(({ lengths }) => lengths),
    Int32Array,
  ),
  timestamps: joined(
    pieces.map(({ timestamps }) => timestamps),
    Float64Array,
  ),
  offsets: joined(
    pieces.map(({ offsets }) => offsets),
    Float64Array,
  ),
  headers: pieces.flatMap(({ headers }) => headers),
})

export const packProduceRecords = (records: readonly ProduceRecord[]): PackedProduceRecords => ({
  ...pack(records),
  topics: records.map(({ topic }) => topic),
})

export const unpackProduceRecords = (packed: PackedProduceRecords): readonly ProduceRecord[] => {
  const reader = new Reader(packed.bytes)
  const records: ProduceRecord[] = []
  for (let index = 0; index < packed.headers.length; index++)
    records.push({ ...recordAt(packed, index, reader), topic: packed.topics[index]! })
  return records
}

type Packable = Omit<LogRecord, 'offset'>

const pack = (records: readonly Packable[]): PackedRecords => {
  const lengths = new Int32Array(records.length * 2)
  let sum = 0
  for (const [index, { key, value }] of records.entries()) {
    lengths[2 * index] = key.length
    lengths[2 * index + 1] = value ? value.length : -1
    sum += key.length + (value?.length ?? 0)
  }
  const bytes = new Uint8Array(sum)
  let at = 0
  for (const { key, value } of records) {
    bytes.set(key, at)
    at += key.length
    if (value) bytes.set(value, at)
    at += value?.length ?? 0
  }
  return {
    bytes,
    lengths,
    timestamps: Float64Array.from(records, ({ timestamp }) => timestamp),
    headers: records.map(({ headers }) => copyOf(headers)),
  }
}

type Numbers = Uint8Array | Int32Array | Float64Array

const joined = <T extends Numbers>(parts: readonly T[], Type: new (length: number) => T): T => {
  const all = new Type(parts.reduce((sum, { length }) => sum + length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const none: Headers = {}

/** A view would be cloned, or kept, with everything behind it. */
const copyOf = (headers: Headers): Headers => {
  const entries = Object.entries(headers)
  if (entries.length === 0) return none
  return Object.fromEntries(
    entries.map(([name, value]) => [name, Uint8Array.prototype.slice.call(value)]),
  )
}

/** Takes pieces of some bytes, one after the other, without copying them. */
class Reader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  take(length: number): Buffer {
    this.#at += length
    const { buffer, byteOffset } = this.#bytes
    return Buffer.from(buffer, byteOffset + this.#at - length, length)
  }
}

/** The next record: `reader` has taken those before. */
const recordAt = (packed: PackedRecords, index: number, reader: Reader): Packable => {
  const key = reader.take(packed.lengths[2 * index]!)
  const length = packed.lengths[2 * index + 1]!
  const value = length < 0 ? null : reader.take(length)
  return { key, value, timestamp: packed.timestamps[index]!, headers: packed.headers[index]! }
}
