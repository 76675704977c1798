import type { Headers } from '../../../topology/model/record.ts'
import type { LogRecord } from '../../../topology/ports/record-log.ts'

/** A record without its place in the log. */
export type LogRecordBody = Omit<LogRecord, 'offset'>

/*
 * Layout, little-endian:
 *   0   uint8    1 when the value is null
 *   1   float64  timestamp
 *   9   uint32   length of the key
 *   13  uint16   number of headers
 *   15  key, then per header: uint16 length of the name, uint32 length of the value, name in UTF-8, value
 *   ..  value, to the end
 */
const fixedBytes = 15
const headerBytes = 6

interface EncodedHeader {
  readonly name: Buffer
  readonly value: Uint8Array
}

const encodeHeaders = (headers: Headers): readonly EncodedHeader[] =>
  Object.entries(headers).map(([name, value]) => ({ name: Buffer.from(name), value }))

/** A record as one piece of bytes. */
export const encodeFrame = (record: LogRecordBody): Buffer => {
  const headers = encodeHeaders(record.headers)
  const headerSize = headers.reduce(
    (sum, { name, value }) => sum + headerBytes + name.length + value.length,
    0,
  )
  const frame = Buffer.allocUnsafe(
    fixedBytes + record.key.length + headerSize + (record.value?.length ?? 0),
  )
  frame.writeUInt8(record.value === null ? 1 : 0, 0)
  frame.writeDoubleLE(record.timestamp, 1)
  frame.writeUInt32LE(record.key.length, 9)
  frame.writeUInt16LE(headers.length, 13)
  frame.set(record.key, fixedBytes)
  let at = fixedBytes + record.key.length
  for (const { name, value } of headers) {
    frame.writeUInt16LE(name.length, at)
    frame.writeUInt32LE(value.length, at + 2)
    frame.set(name, at + headerBytes)
    frame.set(value, at + headerBytes + name.length)
    at += headerBytes + name.length + value.length
  }
  if (record.value !== null) frame.set(record.value, at)
  return frame
}

const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

/** Reads what {@link encodeFrame} wrote. The parts are views of `bytes`. */
export const decodeFrame = (bytes: Uint8Array): LogRecordBody => {
  const frame = asBuffer(bytes)
  const keyEnd = fixedBytes + frame.readUInt32LE(9)
  const headers: Record<string, Uint8Array> = {}
  let at = keyEnd
  for (let left = frame.readUInt16LE(13); left > 0; left--) {
    const nameEnd = at + headerBytes + frame.readUInt16LE(at)
    const valueEnd = nameEnd + frame.readUInt32LE(at + 2)
    headers[frame.toString('utf8', at + headerBytes, nameEnd)] = frame.subarray(nameEnd, valueEnd)
    at = valueEnd
  }
  return {
    key: frame.subarray(fixedBytes, keyEnd),
    value: frame.readUInt8(0) === 1 ? null : frame.subarray(at),
    timestamp: frame.readDoubleLE(1),
    headers,
  }
}
