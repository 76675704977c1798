/** Tags and versions of the packets that start an encrypted OpenPGP message (RFC 9580 5.1, 5.3). */
const PUBLIC_KEY_SESSION = 1
const SYMMETRIC_SESSION = 3

/** Public-key algorithms that encrypt. */
const PUBLIC_KEY_ALGORITHMS = new Set([1, 2, 16, 18, 25, 26])

/** True for an encrypted OpenPGP message, armoured or binary. Signed and clear-signed text, keys and signatures are none. */
export const isEncryptedPgp = (bytes: Buffer): boolean => {
  const head = bytes.toString('latin1', 0, 200).trimStart()
  return head.startsWith('-----BEGIN PGP MESSAGE-----') || isEncryptedPacket(bytes)
}

const isEncryptedPacket = (bytes: Buffer): boolean => {
  const tag = bytes[0] ?? 0
  if ((tag & 0x80) === 0) return false
  const isNew = (tag & 0x40) !== 0
  const kind = isNew ? tag & 0x3f : (tag & 0x3f) >> 2
  const lengthBytes = isNew ? newLengthBytes(bytes[1] ?? 0) : (OLD_LENGTH_BYTES[tag & 3] ?? 0)
  const start = 1 + lengthBytes
  if (lengthBytes === 0 || bytes.length < start + 10) return false
  const length = isNew ? (bytes[1] ?? 0) : bytes.readUIntBE(1, lengthBytes)
  const version = bytes[start]
  if (kind === PUBLIC_KEY_SESSION)
    return version === 3 && length > 40 && PUBLIC_KEY_ALGORITHMS.has(bytes[start + 9] ?? 0)
  if (kind !== SYMMETRIC_SESSION || version !== 4 || length < 4 || length > 60) return false
  const cipher = bytes[start + 1] ?? 0
  const specifier = bytes[start + 2] ?? 9
  return cipher >= 1 && cipher <= 13 && (specifier === 0 || specifier === 1 || specifier === 3)
}

/** Bytes of the length by the last two bits of an old tag; the fourth means that the end is not told. */
const OLD_LENGTH_BYTES = [1, 2, 4, 0]

/** Bytes of the length of a new tag, by its first. */
const newLengthBytes = (first: number): number => {
  if (first < 192) return 1
  return first < 224 ? 2 : first === 255 ? 5 : 0
}
