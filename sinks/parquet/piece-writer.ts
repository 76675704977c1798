import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'

const firstPiece = 1 << 16
const pieceBytes = 1 << 20

/** At most so many pieces are kept for the next file: memory that is fresh from the kernel costs more than what goes into it. */
const mostSpare = 16
const spare: ArrayBuffer[] = []

/**
 * The library's writer doubles one buffer by copying; this one begins another piece, and copies once at the end. Small files
 * fit into the first.
 */
export class PieceWriter extends ByteWriter {
  private readonly pieces: Uint8Array[] = []

  constructor() {
    super(firstPiece)
  }

  override ensure(size: number): void {
    if (this.index + size <= this.buffer.byteLength) return
    this.pieces.push(this.getBytes())
    this.buffer = pieceOf(size)
    this.view = new DataView(this.buffer)
    this.index = 0
  }

  /** Everything that was written. Nothing may be written after. */
  takeAll(): Uint8Array {
    this.pieces.push(this.getBytes())
    const all = Buffer.concat(this.pieces)
    for (const { buffer } of this.pieces) letGo(buffer as ArrayBuffer)
    this.pieces.length = 0
    return all
  }
}

const pieceOf = (size: number): ArrayBuffer =>
  size > pieceBytes
    ? new ArrayBuffer(size)
    : (spare.pop() ?? Buffer.allocUnsafeSlow(pieceBytes).buffer)

const letGo = (buffer: ArrayBuffer): void => {
  if (buffer.byteLength === pieceBytes && spare.length < mostSpare) spare.push(buffer)
}
