import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { GrowingBytes } from './growing-bytes.ts'

const firstPiece = 1 << 16
const pieceBytes = 1 << 20

/** Kept for the next file: memory that is fresh from the kernel costs more than what goes into it. */
let spare: ArrayBuffer | undefined

/**
 * The library's writer doubles one buffer by copying, so that a file is in memory twice; this one hands each full piece on to
 * where the whole file gathers, and fills it again. Small files fit into the first.
 */
export class PieceWriter extends ByteWriter {
  private readonly whole = new GrowingBytes()

  constructor() {
    super(firstPiece)
  }

  override ensure(size: number): void {
    if (this.index + size <= this.buffer.byteLength) return
    this.whole.add(this.getBytes())
    if (this.buffer.byteLength !== pieceBytes || size > pieceBytes) {
      this.letGo()
      this.buffer = pieceOf(size)
      this.view = new DataView(this.buffer)
    }
    this.index = 0
  }

  /** Everything that was written. Nothing may be written after. */
  takeAll(): Uint8Array {
    if (this.whole.length === 0) return Buffer.from(this.getBytes())
    this.whole.add(this.getBytes())
    this.letGo()
    return this.whole.bytes()
  }

  /** Hands the memory of a large file on to the next one. Only when nobody reads what {@link takeAll} answered any more. */
  release(): void {
    this.whole.release()
  }

  private letGo(): void {
    if (this.buffer.byteLength === pieceBytes) spare = this.buffer
  }
}

const pieceOf = (size: number): ArrayBuffer => {
  if (size > pieceBytes) return new ArrayBuffer(size)
  const piece = spare ?? Buffer.allocUnsafeSlow(pieceBytes).buffer
  spare = undefined
  return piece
}
