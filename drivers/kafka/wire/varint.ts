/*
 * Numbers of variable length as Kafka writes them: zigzag, seven bits a byte, the lowest first. Exact up to 2^53, which is
 * far above every length, offset and time there is.
 */

const zigzag = (value: number): number => (value >= 0 ? value * 2 : -value * 2 - 1)

/** Bytes that the number takes. */
export const varintSize = (value: number): number => {
  let rest = zigzag(value)
  let size = 1
  for (; rest >= 0x80; size++) rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80)
  return size
}

/** Writes the number at `at`; answers where the next byte goes. */
export const writeVarint = (target: Uint8Array, at: number, value: number): number => {
  let rest = zigzag(value)
  let next = at
  while (rest >= 0x80) {
    target[next++] = (rest % 0x80) | 0x80
    rest = rest < 0x8000_0000 ? rest >>> 7 : Math.floor(rest / 0x80)
  }
  target[next++] = rest
  return next
}

/** Reads numbers one after the other. */
export class VarintReader {
  readonly bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes
    this.at = at
  }

  /** Throws a RangeError beyond the end of the bytes. */
  next(): number {
    const first = this.bytes[this.at++]
    if (first === undefined) throw new RangeError('a record ends beyond its batch')
    if (first < 0x80) return (first >>> 1) ^ -(first & 1)
    let value = first & 0x7f
    for (let factor = 0x80; ; factor *= 0x80) {
      const byte = this.bytes[this.at++]
      if (byte === undefined) throw new RangeError('a record ends beyond its batch')
      value += (byte & 0x7f) * factor
      if (byte < 0x80) break
    }
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2
  }

  /** Bytes with their length before them; null when the length is negative. A view, not a copy. */
  bytesOrNull(): Buffer | null {
    const length = this.next()
    if (length < 0) return null
    const from = this.at
    this.at += length
    return this.bytes.subarray(from, this.at)
  }
}
