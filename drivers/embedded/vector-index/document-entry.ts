/*
 * What is kept of a document, or of 256 of its chunks, without their vectors; little-endian:
 *   0   int64    head: points of an earlier revision may not return; the least of all where there is none
 *   8   uint32   parts of the document; both are those of the first part, whatever the others say
 *   12  for each point: int64 revision, float64 slot, uint8 length of its id, its id in UTF-8
 */
const headBytes = 12
const pointBytes = 17
const noHead = -(2n ** 63n)

export interface HeldPoint {
  readonly id: string
  readonly revision: bigint
  readonly slot: number
}

export interface DocumentEntry {
  head: bigint
  parts: number
  points: HeldPoint[]
}

export const newEntry = (): DocumentEntry => ({ head: noHead, parts: 1, points: [] })

export const encodeEntry = ({ head, parts, points }: DocumentEntry): Uint8Array => {
  const ids = points.reduce((sum, { id }) => sum + Buffer.byteLength(id), 0)
  const bytes = Buffer.allocUnsafe(headBytes + points.length * pointBytes + ids)
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  numbers.setBigInt64(0, head, true)
  numbers.setUint32(8, parts, true)
  let at = headBytes
  for (const { id, revision, slot } of points) {
    numbers.setBigInt64(at, revision, true)
    numbers.setFloat64(at + 8, slot, true)
    const length = bytes.write(id, at + pointBytes)
    numbers.setUint8(at + 16, length)
    at += pointBytes + length
  }
  return bytes
}

export const decodeEntry = (stored: Uint8Array): DocumentEntry => {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.length)
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const points: HeldPoint[] = []
  for (let at = headBytes; at < bytes.length;) {
    const end = at + pointBytes + numbers.getUint8(at + 16)
    points.push({
      id: bytes.toString('utf8', at + pointBytes, end),
      revision: numbers.getBigInt64(at, true),
      slot: numbers.getFloat64(at + 8, true),
    })
    at = end
  }
  return { head: numbers.getBigInt64(0, true), parts: numbers.getUint32(8, true), points }
}
