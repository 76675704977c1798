import type { Headers, TopicName } from '../../topology/model/record.ts'
import type { LogRecord, ProduceRecord } from '../../topology/ports/record-log.ts'

/** Records in few pieces for `postMessage`: a clone of thousands of small objects would take longer than what is done with them. */
export interface PackedRecords {
  /** Keys and values one behind the other, in memory of their own. Moves to the other thread. */
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

export const unpackLogRecords = (packed: PackedLogRecords): readonly LogRecord[] =>
  unpack(packed).map((record, index) => ({ ...record, offset: packed.offsets[index]! }))

export const packProduceRecords = (records: readonly ProduceRecord[]): PackedProduceRecords => ({
  ...pack(records),
  topics: records.map(({ topic }) => topic),
})

export const unpackProduceRecords = (packed: PackedProduceRecords): readonly ProduceRecord[] =>
  unpack(packed).map((record, index) => ({ ...record, topic: packed.topics[index]! }))

type Packable = Omit<LogRecord, 'offset'>

const pack = (records: readonly Packable[]): PackedRecords => {
  const lengths = Int32Array.from(
    records.flatMap(({ key, value }) => [key.length, value ? value.length : -1]),
  )
  const bytes = new Uint8Array(lengths.reduce((sum, length) => sum + Math.max(0, length), 0))
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

/** A view would be cloned with everything behind it. */
const copyOf = (headers: Headers): Headers =>
  Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Uint8Array.prototype.slice.call(value)]),
  )

const unpack = ({ bytes, lengths, timestamps, headers }: PackedRecords): Packable[] => {
  let at = 0
  const take = (length: number): Buffer => {
    at += length
    return Buffer.from(bytes.buffer, bytes.byteOffset + at - length, length)
  }
  return headers.map((each, index) => {
    const key = take(lengths[2 * index]!)
    const length = lengths[2 * index + 1]!
    const value = length < 0 ? null : take(length)
    return { key, value, timestamp: timestamps[index]!, headers: each }
  })
}
