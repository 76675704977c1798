/** What Node 20 has and the library files of its language level leave out. */
interface ResizableBuffer extends ArrayBuffer {
  readonly resize: (length: number) => void
}

/** Addresses that are set aside, not memory: that is taken as the bytes come. */
const mostBytes = 2 ** 32
/** Steps of some large pages of the system, which it hands out faster than thousands of small ones. */
const stepBytes = 8 * 1024 * 1024
/** Kept of a buffer for the next one: memory that is fresh from the kernel costs more than what goes into it. */
const keptBytes = 32 * 1024 * 1024
const options: object = { maxByteLength: mostBytes }

let spare: ResizableBuffer | undefined

const takeBuffer = (): ResizableBuffer => {
  const buffer = spare ?? (Reflect.construct(ArrayBuffer, [0, options]) as ResizableBuffer)
  spare = undefined
  return buffer
}

/** Bytes one after the other in one array that grows where it is: nothing is copied a second time. */
export class GrowingBytes {
  #buffer: ResizableBuffer | undefined
  #length = 0

  get length(): number {
    return this.#length
  }

  /** Copies the bytes to the end. Throws a `RangeError` beyond 4 GiB. */
  add(bytes: Uint8Array): void {
    const buffer = (this.#buffer ??= takeBuffer())
    const needed = this.#length + bytes.length
    if (needed > buffer.byteLength) buffer.resize(Math.ceil(needed / stepBytes) * stepBytes)
    new Uint8Array(buffer, this.#length, bytes.length).set(bytes)
    this.#length = needed
  }

  /** All of them, not copied. Nothing may be added after. */
  bytes(): Uint8Array {
    return Buffer.from(this.#buffer ?? new ArrayBuffer(0), 0, this.#length)
  }

  /** Hands the memory on to the next file. What {@link bytes} answered must not be read any more. */
  release(): void {
    if (!this.#buffer) return
    if (this.#buffer.byteLength > keptBytes) this.#buffer.resize(keptBytes)
    spare = this.#buffer
    this.#buffer = undefined
    this.#length = 0
  }
}
