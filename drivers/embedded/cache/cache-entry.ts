/** What the cache holds under a key. */
export interface StoredEntry {
  /** Epoch milliseconds; Infinity for never. */
  readonly expiresAt: number
  /** Undefined when it was set without one. */
  readonly revision: bigint | undefined
  /** Null after a guarded removal: remembers the revision, so that no older value returns. */
  readonly value: Uint8Array | null
}

/*
 * Layout, little-endian:
 *   0   uint8    bit 0: has a revision, bit 1: has a value
 *   1   float64  expiresAt
 *   9   int64    revision
 *   17  value, to the end
 */
const headBytes = 17

export const encodeEntry = ({ expiresAt, revision, value }: StoredEntry): Uint8Array => {
  const bytes = Buffer.allocUnsafe(headBytes + (value?.length ?? 0))
  bytes.writeUInt8((revision === undefined ? 0 : 1) | (value === null ? 0 : 2), 0)
  bytes.writeDoubleLE(expiresAt, 1)
  bytes.writeBigInt64LE(revision ?? 0n, 9)
  if (value !== null) bytes.set(value, headBytes)
  return bytes
}

export const decodeEntry = (stored: Uint8Array): StoredEntry => {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength)
  const flags = bytes.readUInt8(0)
  return {
    expiresAt: bytes.readDoubleLE(1),
    revision: (flags & 1) === 0 ? undefined : bytes.readBigInt64LE(9),
    value: (flags & 2) === 0 ? null : bytes.subarray(headBytes),
  }
}
