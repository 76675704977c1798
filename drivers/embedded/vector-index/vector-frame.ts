import { floatsOf, littleEndian, uintsOf } from '../../../schemas/little-endian.ts'
import type { TermWeights, VectorPayload } from '../../../topology/ports/vector-index.ts'

/*
 * Layout of a stored point, little-endian:
 *   0   int64    revision
 *   8   uint32   dimensions; the highest bit says that there are terms
 *   12  float32  the vector as given
 *   ..  with terms: uint32 how many, uint32 each of them, float32 the weight of each
 *   ..  JSON of the payload without the revision, to the end
 */
const headBytes = 12
const hasTerms = 0x8000_0000

export interface StoredPoint {
  readonly vector: Float32Array
  readonly terms?: TermWeights
  readonly payload: VectorPayload
}

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const encodePoint = ({ vector, terms, payload }: StoredPoint): Uint8Array => {
  const { revision, ...rest } = payload
  const json = Buffer.from(JSON.stringify(rest))
  const words = terms ? termBytes(terms) : none
  const bytes = Buffer.allocUnsafe(headBytes + vector.length * 4 + words.length + json.length)
  bytes.writeBigInt64LE(revision, 0)
  bytes.writeUInt32LE((terms ? vector.length | hasTerms : vector.length) >>> 0, 8)
  bytes.set(littleEndian(vector), headBytes)
  const at = headBytes + vector.length * 4
  bytes.set(words, at)
  bytes.set(json, at + words.length)
  return bytes
}

const none = new Uint8Array(0)

const termBytes = ({ terms, weights }: TermWeights): Uint8Array => {
  const bytes = Buffer.allocUnsafe(4 + terms.length * 8)
  bytes.writeUInt32LE(terms.length, 0)
  bytes.set(littleEndian(terms), 4)
  bytes.set(littleEndian(weights), 4 + terms.length * 4)
  return bytes
}

/** Only the revision, for guards. */
export const revisionOf = (bytes: Uint8Array): bigint => view(bytes).getBigInt64(0, true)

export const decodePoint = (bytes: Uint8Array): StoredPoint => {
  const numbers = view(bytes)
  const marked = numbers.getUint32(8, true)
  const dimensions = (marked & ~hasTerms) >>> 0
  const vector = floatsOf(bytes.subarray(headBytes, headBytes + dimensions * 4))
  const at = headBytes + dimensions * 4
  const count = marked >= hasTerms ? numbers.getUint32(at, true) : undefined
  const end = count === undefined ? at : at + 4 + count * 8
  const json = Buffer.from(bytes.subarray(end)).toString()
  const rest = JSON.parse(json) as Omit<VectorPayload, 'revision'>
  const payload = { ...rest, revision: numbers.getBigInt64(0, true) }
  if (count === undefined) return { vector, payload }
  const middle = at + 4 + count * 4
  const terms = uintsOf(bytes.subarray(at + 4, middle))
  return { vector, terms: { terms, weights: floatsOf(bytes.subarray(middle, end)) }, payload }
}
