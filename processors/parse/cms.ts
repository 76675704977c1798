/** What a CMS (PKCS #7) structure is: signed content can be read, enveloped content cannot. */
export type CmsKind = 'signed' | 'encrypted'

const SEQUENCE = 0x30
const OBJECT_ID = 0x06
const OCTETS = 0x04
/** Constructed: octets in pieces. */
const OCTETS_IN_PIECES = 0x24
const EXPLICIT = 0xa0

/** Object ids 1.2.840.113549.1.7.* and authenticated-enveloped data, as bytes in latin1. */
const PKCS7 = '\x2a\x86\x48\x86\xf7\x0d\x01\x07'
const AUTHENTICATED = '\x2a\x86\x48\x86\xf7\x0d\x01\x09\x10\x01\x17'

/** Levels of pieces inside pieces. */
const MOST_LEVELS = 8

/** One value of BER; `end` is -1 while its end is marked by two zeros. */
interface Value {
  readonly tag: number
  readonly start: number
  readonly end: number
}

/** Says what a CMS structure is, or `undefined` when the bytes are none. */
export const cmsKind = (bytes: Buffer): CmsKind | undefined => {
  const id = contentType(bytes)
  if (id === `${PKCS7}\x02`) return 'signed'
  return id === `${PKCS7}\x03` || id === `${PKCS7}\x06` || id === AUTHENTICATED
    ? 'encrypted'
    : undefined
}

const contentType = (bytes: Buffer): string | undefined => {
  const outer = valueAt(bytes, 0)
  const id = outer?.tag === SEQUENCE ? valueAt(bytes, outer.start) : undefined
  if (id?.tag !== OBJECT_ID || id.end < 0 || id.end - id.start > 20) return undefined
  return bytes.toString('latin1', id.start, id.end)
}

/**
 * The content inside signed data, or `undefined` where it travels beside the signature or cannot be found. The signature is not
 * checked.
 */
export const signedContent = (bytes: Buffer): Buffer | undefined => {
  const outer = valueAt(bytes, 0)
  const wrapper = outer && child(bytes, outer, EXPLICIT)
  const data = wrapper && child(bytes, wrapper, SEQUENCE)
  const inner = data && child(bytes, data, SEQUENCE)
  const content = inner && child(bytes, inner, EXPLICIT)
  if (content === undefined) return undefined
  const pieces = octets(bytes, valueAt(bytes, content.start), 0)
  return pieces.length === 0 ? undefined : Buffer.concat(pieces)
}

/** The first value of one tag directly inside another. */
const child = (bytes: Buffer, parent: Value, tag: number): Value | undefined => {
  const end = parent.end < 0 ? bytes.length : parent.end
  let value = valueAt(bytes, parent.start)
  while (value !== undefined && value.start <= end) {
    if (value.tag === tag) return value
    if (value.end < 0) return undefined
    value = valueAt(bytes, value.end)
  }
  return undefined
}

const octets = (bytes: Buffer, value: Value | undefined, level: number): Buffer[] => {
  if (value === undefined || level > MOST_LEVELS) return []
  if (value.tag === OCTETS && value.end >= 0) return [bytes.subarray(value.start, value.end)]
  if (value.tag !== OCTETS_IN_PIECES) return []
  const pieces: Buffer[] = []
  const end = value.end < 0 ? bytes.length : value.end
  let piece = valueAt(bytes, value.start)
  while (piece !== undefined && piece.start <= end && piece.end >= 0) {
    const inner = octets(bytes, piece, level + 1)
    if (inner.length === 0) break
    for (const part of inner) pieces.push(part)
    piece = valueAt(bytes, piece.end)
  }
  return pieces
}

/** Reads tag and length. A length that leaves the file ends with it. */
const valueAt = (bytes: Buffer, position: number): Value | undefined => {
  const tag = bytes[position]
  const first = bytes[position + 1]
  if (tag === undefined || first === undefined) return undefined
  if (first === 0x80) return { tag, start: position + 2, end: -1 }
  if (first < 0x80) return limited(bytes, tag, position + 2, first)
  const count = first & 0x7f
  if (count > 6 || position + 2 + count > bytes.length) return undefined
  return limited(bytes, tag, position + 2 + count, bytes.readUIntBE(position + 2, count))
}

const limited = (bytes: Buffer, tag: number, start: number, length: number): Value => ({
  tag,
  start,
  end: Math.min(start + length, bytes.length),
})
