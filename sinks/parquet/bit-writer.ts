/** Bits of a zstd stream, each number with its lowest bit first; readers begin at the end, at the highest bit that is set. */
export class BitWriter {
  private held = 0
  private count = 0
  private length = 0
  private readonly bytes: Uint8Array

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity)
  }

  /** At most 16 bits. Whatever is beyond the capacity is lost. */
  add(value: number, bits: number): void {
    this.held |= value << this.count
    this.count += bits
    while (this.count >= 8) {
      this.bytes[this.length++] = this.held & 0xff
      this.held >>>= 8
      this.count -= 8
    }
  }

  /** The bits, filled up with zeros to a whole byte. */
  finish(): Uint8Array {
    if (this.count > 0) this.bytes[this.length++] = this.held & 0xff
    return this.bytes.subarray(0, this.length)
  }
}
