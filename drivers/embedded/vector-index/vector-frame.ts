import { floatsOf, uintsOf, writeLittleEndian } from '../../../schemas/little-endian.ts'
import type { VectorPayload, VectorPoint } from '../../../topology/ports/vector-index.ts'

/*
 * Layout of a stored point, little-endian:
 *   0   int64    revision
 *   8   uint32   dimensions; the highest bit says that there are terms
 *   12  float32  the vector as given
 *   ..  with terms: uint32 how many, uint32 each of them, float32 the weight of each
 *   ..  JSON of the payload without the revision and with the id, to the end
 */
const headBytes = 12
const hasTerms = 0x8000_0000

type StoredPayload = Omit<VectorPayload, 'revision'> & { readonly id: string }

/** Every field by its name: several times as fast as leaving out one. */
const storedPayload = (
  id: string,
  payload: VectorPayload,
): { readonly [K in keyof Required<StoredPayload>]: StoredPayload[K] | undefined } => ({
  id,
  tenantId: payload.tenantId,
  documentId: payload.documentId,
  chunkId: payload.chunkId,
  ordinal: payload.ordinal,
  chunkSetUri: payload.chunkSetUri,
  type: payload.type,
  sentAt: payload.sentAt,
})

const view = (bytes: Uint8Array): DataView =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)

export const encodePoint = ({ id, vector, terms, payload }: VectorPoint): Uint8Array => {
  const json = JSON.stringify(storedPayload(id, payload))
  const at = headBytes + vector.byteLength
  const end = terms ? at + 4 + terms.terms.byteLength + terms.weights.byteLength : at
  const bytes = Buffer.allocUnsafe(end + Buffer.byteLength(json))
  const numbers = view(bytes)
  numbers.setBigInt64(0, payload.revision, true)
  numbers.setUint32(8, terms ? vector.length | hasTerms : vector.length, true)
  writeLittleEndian(vector, bytes, headBytes)
  if (terms) {
    numbers.setUint32(at, terms.terms.length, true)
    writeLittleEndian(terms.terms, bytes, at + 4)
    writeLittleEndian(terms.weights, bytes, at + 4 + terms.terms.byteLength)
  }
  bytes.write(json, end)
  return bytes
}

export const decodePoint = (bytes: Uint8Array): VectorPoint => {
  const numbers = view(bytes)
  const marked = numbers.getUint32(8, true)
  const dimensions = (marked & ~hasTerms) >>> 0
  const vector = floatsOf(bytes.subarray(headBytes, headBytes + dimensions * 4))
  const at = headBytes + dimensions * 4
  const count = marked >= hasTerms ? numbers.getUint32(at, true) : undefined
  const end = count === undefined ? at : at + 4 + count * 8
  const json = Buffer.from(bytes.buffer, bytes.byteOffset + end, bytes.length - end).toString()
  const { id, ...rest } = JSON.parse(json) as StoredPayload
  const payload = { ...rest, revision: numbers.getBigInt64(0, true) }
  if (count === undefined) return { id, vector, payload }
  const middle = at + 4 + count * 4
  const terms = uintsOf(bytes.subarray(at + 4, middle))
  return { id, vector, terms: { terms, weights: floatsOf(bytes.subarray(middle, end)) }, payload }
}
