import { floatsOf, littleEndian } from '../../../schemas/little-endian.ts'
import type { VectorPayload } from '../../../topology/ports/vector-index.ts'

/*
 * Layout of a stored point, little-endian:
 *   0   int64    revision
 *   8   uint32   dimensions
 *   12  float32  the vector as given
 *   ..  JSON of the payload without the revision, to the end
 */
const headBytes = 12

export interface StoredPoint {
  readonly vector: Float32Array
  readonly payload: VectorPayload
}

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const encodePoint = ({ vector, payload }: StoredPoint): Uint8Array => {
  const { revision, ...rest } = payload
  const json = Buffer.from(JSON.stringify(rest))
  const bytes = Buffer.allocUnsafe(headBytes + vector.length * 4 + json.length)
  bytes.writeBigInt64LE(revision, 0)
  bytes.writeUInt32LE(vector.length, 8)
  bytes.set(littleEndian(vector), headBytes)
  bytes.set(json, headBytes + vector.length * 4)
  return bytes
}

/** Only the revision, for guards. */
export const revisionOf = (bytes: Uint8Array): bigint => view(bytes).getBigInt64(0, true)

export const decodePoint = (bytes: Uint8Array): StoredPoint => {
  const numbers = view(bytes)
  const dimensions = numbers.getUint32(8, true)
  const vector = floatsOf(bytes.subarray(headBytes, headBytes + dimensions * 4))
  const json = Buffer.from(bytes.subarray(headBytes + dimensions * 4)).toString()
  const rest = JSON.parse(json) as Omit<VectorPayload, 'revision'>
  return { vector, payload: { ...rest, revision: numbers.getBigInt64(0, true) } }
}
