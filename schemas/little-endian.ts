/*
 * Numbers travel as little-endian bytes, whatever the byte order of a machine. On almost all machines that is how they lie
 * in memory, so whole arrays are copied; number by number takes four to seven times as long.
 */

type Numbers = Float32Array | Int32Array | Uint32Array

const native = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1

/** Own memory, so that the bytes may come from any offset and go to another thread. A rest below four bytes is left out. */
const aligned = (bytes: Uint8Array): ArrayBuffer => {
  const copy = new Uint8Array(bytes.subarray(0, bytes.length & ~3))
  if (!native) Buffer.from(copy.buffer).swap32()
  return copy.buffer
}

/** The bytes of the numbers, in memory of their own. */
export const littleEndian = ({ buffer, byteOffset, byteLength }: Numbers): Uint8Array => {
  const copy = new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength))
  if (!native) Buffer.from(copy.buffer).swap32()
  return copy
}

/** The bytes of the numbers, not copied where that can be avoided: for who encodes them at once. */
export const littleEndianView = (numbers: Numbers): Uint8Array =>
  native
    ? new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength)
    : littleEndian(numbers)

/** Writes the bytes of the numbers into others, from there on. */
export const writeLittleEndian = (
  { buffer, byteOffset, byteLength }: Numbers,
  target: Uint8Array,
  at: number,
): void => {
  target.set(new Uint8Array(buffer, byteOffset, byteLength), at)
  if (!native) Buffer.from(target.buffer, target.byteOffset + at, byteLength).swap32()
}

/** Single-precision numbers from their bytes. */
export const floatsOf = (bytes: Uint8Array): Float32Array => new Float32Array(aligned(bytes))

/** Whole numbers of 32 bits from their bytes. */
export const intsOf = (bytes: Uint8Array): Int32Array => new Int32Array(aligned(bytes))

/** The same, none of them negative. */
export const uintsOf = (bytes: Uint8Array): Uint32Array => new Uint32Array(aligned(bytes))
