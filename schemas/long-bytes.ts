/* Avro longs as bigint. Halves of 32 bits, as each step of reckoning with bigint makes a new one. */

/** One memory for all: what is written to it is read at once. */
const halves = new DataView(new ArrayBuffer(8))
const mostBytes = 10
const written = Buffer.alloc(mostBytes)
const writtenOf = Array.from({ length: mostBytes + 1 }, (_, length) => written.subarray(0, length))

/** The long as Avro writes it, zigzag and 7 bits a byte, the low ones first. Good until the next call. */
export const bytesOfLong = (value: bigint): Buffer => {
  halves.setBigInt64(0, value)
  const high = halves.getInt32(0)
  const low = halves.getInt32(4)
  const sign = high >> 31
  let top = ((high << 1) | (low >>> 31)) ^ sign
  let rest = (low << 1) ^ sign
  let length = 0
  while (top !== 0 || (rest & ~0x7f) !== 0) {
    written[length++] = (rest & 0x7f) | 0x80
    rest = (rest >>> 7) | (top << 25)
    top >>>= 7
  }
  written[length++] = rest
  return writtenOf[length]!
}

/** Reads what {@link bytesOfLong} wrote. */
export const longOfBytes = (bytes: Uint8Array): bigint => {
  let low = 0
  let high = 0
  for (let at = 0, bit = 0; at < bytes.length; at++, bit += 7) {
    const part = bytes[at]! & 0x7f
    if (bit < 32) low |= part << bit
    if (bit >= 32) high |= part << (bit - 32)
    else if (bit > 25) high |= part >>> (32 - bit)
  }
  const sign = -(low & 1)
  halves.setInt32(0, (high >>> 1) ^ sign)
  halves.setInt32(4, ((low >>> 1) | (high << 31)) ^ sign)
  return halves.getBigInt64(0)
}

const least = -(2n ** 63n)
const most = 2n ** 63n - 1n

export const isLong = (value: unknown): value is bigint =>
  typeof value === 'bigint' && value >= least && value <= most
