import type { Headers } from '../../../topology/model/record.ts'
import { varintSize, writeVarint } from './varint.ts'

/** A record as it goes into a batch. */
export interface BatchRecord {
  readonly key: Uint8Array
  readonly value: Uint8Array | null
  /** Epoch milliseconds. */
  readonly timestamp: number
  readonly headers: Headers
}

/** Records of one topic in a produce request. */
export interface ProducedTopic {
  readonly topic: string
  readonly partitions: readonly {
    readonly partition: number
    readonly firstSequence: number
    readonly messages: readonly BatchRecord[]
  }[]
}

export interface BatchHead {
  /** Number of the compression. */
  readonly attributes: number
  readonly producerId: bigint
  readonly producerEpoch: number
  readonly firstSequence: number
}

/** How the records of a batch are packed, with what they become. */
export type Compress = (bytes: Buffer) => Promise<Buffer>

/** Offset, length, leader epoch, magic and checksum come before what the checksum covers. */
const covered = 21
/** Everything before the records. */
const headSize = 61
const magic = 2

const sizeOfBytes = (bytes: Uint8Array | null): number =>
  bytes === null ? 1 : varintSize(bytes.length) + bytes.length

const sizeOfHeaders = (headers: Headers): number => {
  let count = 0
  let size = 0
  for (const name in headers) {
    const length = Buffer.byteLength(name)
    size += varintSize(length) + length + sizeOfBytes(headers[name] ?? null)
    count++
  }
  return size + varintSize(count)
}

/** Without the length that comes before it. One byte is for attributes, which no record has. */
const sizeOfRecord = (record: BatchRecord, delta: number, index: number): number =>
  1 +
  varintSize(delta) +
  varintSize(index) +
  sizeOfBytes(record.key) +
  sizeOfBytes(record.value) +
  sizeOfHeaders(record.headers)

const writeBytes = (target: Buffer, at: number, bytes: Uint8Array | null): number => {
  if (bytes === null) return writeVarint(target, at, -1)
  const from = writeVarint(target, at, bytes.length)
  target.set(bytes, from)
  return from + bytes.length
}

const writeHeaders = (target: Buffer, at: number, headers: Headers): number => {
  let count = 0
  for (const _ in headers) count++
  let next = writeVarint(target, at, count)
  for (const name in headers) {
    next = writeVarint(target, next, Buffer.byteLength(name))
    next += target.write(name, next)
    next = writeBytes(target, next, headers[name] ?? null)
  }
  return next
}

/** The records one after the other, behind `room` bytes that are left free. */
const encodeRecords = (records: readonly BatchRecord[], first: number, room: number): Buffer => {
  const sizes = new Uint32Array(records.length)
  let total = room
  for (const [index, record] of records.entries()) {
    const size = sizeOfRecord(record, record.timestamp - first, index)
    sizes[index] = size
    total += varintSize(size) + size
  }
  const target = Buffer.allocUnsafe(total)
  let at = room
  for (const [index, record] of records.entries()) {
    at = writeVarint(target, at, sizes[index] ?? 0)
    target[at++] = 0
    at = writeVarint(target, at, record.timestamp - first)
    at = writeVarint(target, at, index)
    at = writeBytes(target, at, record.key)
    at = writeBytes(target, at, record.value)
    at = writeHeaders(target, at, record.headers)
  }
  return target
}

/** One record batch, version 2. `checksum` is CRC-32C. */
export const encodeBatch = async (
  records: readonly BatchRecord[],
  head: BatchHead,
  checksum: (bytes: Buffer) => number,
  compress?: Compress,
): Promise<Buffer> => {
  let first = records[0]?.timestamp ?? 0
  let last = first
  for (const { timestamp } of records) {
    if (timestamp < first) first = timestamp
    if (timestamp > last) last = timestamp
  }
  const room = compress ? 0 : headSize
  const encoded = encodeRecords(records, first, room)
  const batch = compress
    ? Buffer.concat([Buffer.allocUnsafe(headSize), await compress(encoded)])
    : encoded
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - 12, 8)
  batch.writeInt32BE(0, 12)
  batch.writeInt8(magic, 16)
  batch.writeInt16BE(head.attributes, covered)
  batch.writeInt32BE(records.length - 1, 23)
  batch.writeBigInt64BE(BigInt(first), 27)
  batch.writeBigInt64BE(BigInt(last), 35)
  batch.writeBigInt64BE(head.producerId, 43)
  batch.writeInt16BE(head.producerEpoch, 51)
  batch.writeInt32BE(head.firstSequence, 53)
  batch.writeInt32BE(records.length, 57)
  batch.writeUInt32BE(checksum(batch.subarray(covered)), 17)
  return batch
}
