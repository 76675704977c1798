import type { Headers } from '../../../topology/model/record.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'
import { VarintReader } from './varint.ts'

/** What was written in one go, of a fetch. */
export interface FetchedBatch {
  readonly firstOffset: number
  /** After the last record, also when that was compacted away. */
  readonly nextOffset: number
  readonly producerId: string
  readonly inTransaction: boolean
  /** Marks of transactions, no records of anybody. */
  readonly isControl: boolean
  /**
   * Its records but those whose offsets are `unwanted`, which is asked of each in order: to pass over one costs far less than to
   * make it. Throws a RangeError when the bytes are no records.
   */
  readonly read: (unwanted?: (offset: number) => boolean) => readonly LogRecord[]
}

/** Unpacks the records of a batch by the number of its compression. */
export type Decompress = (bytes: Buffer, attributes: number) => Promise<Buffer>

/** Offset and length, which come before what the length counts. */
const lengthEnd = 12
const headSize = 61
const magicAt = 16
const flags = { compression: 0x07, appendTime: 0x08, transaction: 0x10, control: 0x20 } as const

const nothing = Buffer.alloc(0)
const noHeaders: Headers = {}

/** A header may come several times: the last one counts. */
const headersOf = (reader: VarintReader): Headers => {
  const count = reader.next()
  if (count <= 0) return noHeaders
  const headers: Record<string, Uint8Array> = {}
  for (let i = 0; i < count; i++) {
    const name = reader.bytesOrNull()?.toString() ?? ''
    headers[name] = reader.bytesOrNull() ?? nothing
  }
  return headers
}

const recordsOf = (
  bytes: Buffer,
  from: number,
  count: number,
  firstOffset: number,
  timeOf: (delta: number) => number,
  unwanted?: (offset: number) => boolean,
): readonly LogRecord[] => {
  const reader = new VarintReader(bytes, from)
  const records: LogRecord[] = []
  for (let i = 0; i < count; i++) {
    const length = reader.next()
    const end = reader.at + length
    reader.at += 1
    const timestamp = timeOf(reader.next())
    const offset = firstOffset + reader.next()
    if (unwanted?.(offset)) {
      if (end > bytes.length) throw new RangeError('a record ends beyond its batch')
      reader.at = end
      continue
    }
    const key = reader.bytesOrNull() ?? nothing
    const value = reader.bytesOrNull()
    const headers = headersOf(reader)
    if (reader.at > end) throw new RangeError('a record ends beyond its length')
    reader.at = end
    records.push({ offset, key, value, timestamp, headers })
  }
  return records
}

const batchAt = async (
  bytes: Buffer,
  at: number,
  end: number,
  decompress: Decompress,
): Promise<FetchedBatch> => {
  const firstOffset = Number(bytes.readBigInt64BE(at))
  const attributes = bytes.readInt16BE(at + 21)
  const first = Number(bytes.readBigInt64BE(at + 27))
  const last = Number(bytes.readBigInt64BE(at + 35))
  const timeOf = attributes & flags.appendTime ? () => last : (delta: number) => first + delta
  const count = bytes.readInt32BE(at + 57)
  const packed = bytes.subarray(at + headSize, end)
  const plain = attributes & flags.compression ? await decompress(packed, attributes) : packed
  return {
    firstOffset,
    nextOffset: firstOffset + bytes.readInt32BE(at + 23) + 1,
    producerId: String(bytes.readBigInt64BE(at + 43)),
    inTransaction: (attributes & flags.transaction) !== 0,
    isControl: (attributes & flags.control) !== 0,
    read: (unwanted) => recordsOf(plain, 0, count, firstOffset, timeOf, unwanted),
  }
}

/** True for batches of version 2, which every producer since Kafka 0.11 writes. */
export const isBatch = (bytes: Buffer): boolean => bytes[magicAt] === 2

/** All whole batches of a fetch: the last one may have been cut off. */
export const decodeBatches = async (
  bytes: Buffer,
  decompress: Decompress,
): Promise<readonly FetchedBatch[]> => {
  const batches: FetchedBatch[] = []
  for (let at = 0; at + headSize <= bytes.length;) {
    const end = at + lengthEnd + bytes.readInt32BE(at + 8)
    if (end > bytes.length) break
    batches.push(await batchAt(bytes, at, end, decompress))
    at = end
  }
  return batches
}
