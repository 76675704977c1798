/** Data types of KServe v2, with the bytes that one element takes; 0: each element says its own length. */
export const ELEMENT_BYTES = {
  BOOL: 1,
  UINT8: 1,
  UINT16: 2,
  UINT32: 4,
  UINT64: 8,
  INT8: 1,
  INT16: 2,
  INT32: 4,
  INT64: 8,
  FP16: 2,
  BF16: 2,
  FP32: 4,
  FP64: 8,
  BYTES: 0,
} as const

export type DataType = keyof typeof ELEMENT_BYTES

export const isDataType = (name: unknown): name is DataType =>
  typeof name === 'string' && Object.hasOwn(ELEMENT_BYTES, name)

/**
 * A tensor as it travels: row-major, little-endian, without padding. Elements of BYTES are each a length of four bytes and
 * that many bytes.
 */
export interface Tensor {
  readonly name: string
  readonly datatype: DataType
  readonly shape: readonly number[]
  readonly bytes: Uint8Array
}

/** How many elements a shape has. */
export const elementsOf = (shape: readonly number[]): number =>
  shape.reduce((product, each) => product * each, 1)

type View = Exclude<NodeJS.TypedArray, Uint8ClampedArray>

/** A tensor of numbers; its bytes are those of `values`, not copied. */
export const numbersTensor = (
  name: string,
  datatype: Exclude<DataType, 'BYTES'>,
  shape: readonly number[],
  values: View,
): Tensor => {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { name, datatype, shape, bytes }
}

/** A tensor of texts, in UTF-8. */
export const textsTensor = (
  name: string,
  shape: readonly number[],
  texts: readonly string[],
): Tensor => {
  const total = texts.reduce((sum, text) => sum + 4 + Buffer.byteLength(text), 0)
  const bytes = Buffer.allocUnsafe(total)
  writeTexts(texts, bytes, 0)
  return { name, datatype: 'BYTES', shape, bytes }
}

/** Each text as its length in UTF-8, in four bytes, and its UTF-8. */
export const writeTexts = (texts: readonly string[], into: Buffer, from: number): void => {
  let at = from
  for (const text of texts) {
    const length = into.write(text, at + 4)
    into.writeUInt32LE(length, at)
    at += 4 + length
  }
}

/** The elements of a tensor of BYTES; undefined when their lengths do not add up to its bytes and its shape. */
export const elementsOfBytes = ({ bytes, shape }: Tensor): readonly Buffer[] | undefined => {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const elements: Buffer[] = []
  let at = 0
  while (at + 4 <= buffer.length) {
    const end = at + 4 + buffer.readUInt32LE(at)
    if (end > buffer.length) return undefined
    elements.push(buffer.subarray(at + 4, end))
    at = end
  }
  return at === buffer.length && elements.length === elementsOf(shape) ? elements : undefined
}

/** The bytes at an offset that typed arrays take: as they are where that holds already, copied once otherwise. */
const aligned = (bytes: Uint8Array, elementBytes: number): Uint8Array =>
  bytes.byteOffset % elementBytes === 0 ? bytes : new Uint8Array(bytes)

/** The numbers of a tensor of FP32, FP16, BF16 or FP64, in single precision; undefined for other types. */
export const floatsOf = ({ datatype, bytes }: Tensor): Float32Array | undefined => {
  const { buffer, byteOffset, byteLength } = aligned(bytes, ELEMENT_BYTES[datatype] || 1)
  switch (datatype) {
    case 'FP32':
      return new Float32Array(buffer, byteOffset, byteLength / 4)
    case 'FP64':
      return Float32Array.from(new Float64Array(buffer, byteOffset, byteLength / 8))
    case 'FP16':
      return halvesToFloats(new Uint16Array(buffer, byteOffset, byteLength / 2))
    case 'BF16':
      return brainsToFloats(new Uint16Array(buffer, byteOffset, byteLength / 2))
    case 'BOOL':
    case 'UINT8':
    case 'UINT16':
    case 'UINT32':
    case 'UINT64':
    case 'INT8':
    case 'INT16':
    case 'INT32':
    case 'INT64':
    case 'BYTES':
      return undefined
  }
}

/** The numbers of a tensor of whole numbers or truth values of up to 32 bits; undefined for other types. */
export const integersOf = ({ datatype, bytes }: Tensor): ArrayLike<number> | undefined => {
  const { buffer, byteOffset, byteLength } = aligned(bytes, ELEMENT_BYTES[datatype] || 1)
  switch (datatype) {
    case 'INT32':
      return new Int32Array(buffer, byteOffset, byteLength / 4)
    case 'UINT32':
      return new Uint32Array(buffer, byteOffset, byteLength / 4)
    case 'INT16':
      return new Int16Array(buffer, byteOffset, byteLength / 2)
    case 'UINT16':
      return new Uint16Array(buffer, byteOffset, byteLength / 2)
    case 'INT8':
      return new Int8Array(buffer, byteOffset, byteLength)
    case 'UINT8':
    case 'BOOL':
      return bytes
    case 'INT64':
    case 'UINT64':
    case 'FP16':
    case 'BF16':
    case 'FP32':
    case 'FP64':
    case 'BYTES':
      return undefined
  }
}

let halfTable: Float32Array | undefined

/** IEEE half precision by a table of all its 65,536 values, made at first use. */
const halvesToFloats = (halves: Uint16Array): Float32Array => {
  halfTable ??= Float32Array.from({ length: 0x10000 }, (_, bits) => halfToFloat(bits))
  const floats = new Float32Array(halves.length)
  for (let i = 0; i < halves.length; i++) floats[i] = halfTable[halves[i] as number] as number
  return floats
}

const halfToFloat = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  if (exponent === 0) return sign * fraction * 2 ** -24
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** A bfloat16 is the upper half of a float. */
const brainsToFloats = (brains: Uint16Array): Float32Array => {
  const words = new Uint32Array(brains.length)
  for (let i = 0; i < brains.length; i++) words[i] = (brains[i] as number) << 16
  return new Float32Array(words.buffer)
}
