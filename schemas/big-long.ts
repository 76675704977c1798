import avro from 'avsc'

/*
 * Avro writes a long as a variable-length zig-zag number, seven bits a byte, lowest first:
 * https://avro.apache.org/docs/1.12.0/specification/#primitive-types-1
 */

/** Zig-zag numbers of so many bytes are whole numbers that a double holds exactly. */
const exactBytes = 7
/** Values below it fit into {@link exactBytes}. */
const exactBelow = 2 ** 48

const readLong = (bytes: Uint8Array): bigint => {
  if (bytes.length > exactBytes) return readWideLong(bytes)
  let zigZag = 0
  for (let at = bytes.length - 1; at >= 0; at--) zigZag = zigZag * 128 + (bytes[at]! & 0x7f)
  return BigInt(zigZag % 2 === 0 ? zigZag / 2 : -(zigZag + 1) / 2)
}

const readWideLong = (bytes: Uint8Array): bigint => {
  let zigZag = 0n
  for (let at = bytes.length - 1; at >= 0; at--) zigZag = (zigZag << 7n) | BigInt(bytes[at]! & 0x7f)
  return BigInt.asIntN(64, (zigZag >> 1n) ^ -(zigZag & 1n))
}

/** Longest form: 64 bits in tenths of seven. The bytes are copied before the next number is written. */
const scratch = Buffer.alloc(10)
const firstBytes = Array.from({ length: scratch.length + 1 }, (_, length) =>
  scratch.subarray(0, length),
)

const writeLong = (value: bigint): Buffer => {
  const number = Number(value)
  if (number >= exactBelow || number <= -exactBelow) return writeWideLong(value)
  let left = number >= 0 ? number * 2 : -number * 2 - 1
  let length = 0
  while (left >= 128) {
    scratch[length++] = (left % 128) | 0x80
    left = Math.floor(left / 128)
  }
  scratch[length++] = left
  return firstBytes[length]!
}

const writeWideLong = (value: bigint): Buffer => {
  let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n))
  let length = 0
  while (left >= 128n) {
    scratch[length++] = Number(left & 0x7fn) | 0x80
    left >>= 7n
  }
  scratch[length++] = Number(left)
  return firstBytes[length]!
}

/** Avro long as bigint: lossless over the whole 64 bits. Most are small and take no bigint arithmetic. */
export const bigLong = avro.types.LongType.__with(
  {
    fromBuffer: readLong,
    toBuffer: writeLong,
    fromJSON: (value: number | string) => BigInt(value),
    toJSON: Number,
    isValid: (value: unknown) => typeof value === 'bigint' && BigInt.asIntN(64, value) === value,
    compare: (a: bigint, b: bigint) => (a === b ? 0 : a < b ? -1 : 1),
  },
  true,
)
