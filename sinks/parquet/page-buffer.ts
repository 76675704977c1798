/**
 * Bytes of a page while it is put together, used again for the next one. Numbers are little-endian. Strings become UTF-8,
 * lone surrogates U+FFFD as everywhere.
 */
export class PageBuffer {
  /** Bytes that were appended. */
  length = 0
  /** Whether every text since the last `clear` was ASCII. */
  ascii = true
  private bytes!: Buffer
  private view!: DataView

  constructor(capacity: number) {
    this.allocate(capacity)
  }

  /** Empties it. What a huge value took is given back. */
  clear(): void {
    if (this.bytes.length > mostKept) this.allocate(1 << 16)
    this.length = 0
    this.ascii = true
  }

  /** What was appended, until the next change. */
  contents(): Uint8Array {
    return this.bytes.subarray(0, this.length)
  }

  byte(value: number): void {
    this.reserve(1)
    this.bytes[this.length++] = value
  }

  /** Signed or not, 32 bits. */
  int(value: number): void {
    this.reserve(4)
    this.view.setInt32(this.length, value, true)
    this.length += 4
  }

  float(value: number): void {
    this.reserve(4)
    this.view.setFloat32(this.length, value, true)
    this.length += 4
  }

  /** 64 bits, signed. */
  long(value: number | bigint): void {
    this.reserve(8)
    if (typeof value === 'bigint') this.view.setBigInt64(this.length, value, true)
    else {
      this.view.setInt32(this.length, value | 0, true)
      this.view.setInt32(this.length + 4, Math.floor(value / 0x100000000), true)
    }
    this.length += 8
  }

  /** Unsigned, seven bits to a byte. */
  varInt(value: number): void {
    let left = value
    while (left > 0x7f) {
      this.byte((left & 0x7f) | 0x80)
      left >>>= 7
    }
    this.byte(left)
  }

  /** UTF-8 after its length in bytes. */
  text(value: string): void {
    const { length } = value
    this.reserve(4 + 3 * length)
    const start = this.length + 4
    const written = length <= shortText ? this.short(value, start) : this.long8(value, start)
    this.view.setUint32(this.length, written, true)
    if (written !== length) this.ascii = false
    this.length = start + written
  }

  /** A call into native code costs more than the characters. */
  private short(value: string, start: number): number {
    const { length } = value
    for (let at = 0; at < length; at++) {
      const unit = value.charCodeAt(at)
      if (unit > 0x7f) return this.bytes.write(value, start, 'utf8')
      this.bytes[start + at] = unit
    }
    return length
  }

  /** Where every character is one byte they are copied as a whole. */
  private long8(value: string, start: number): number {
    return Buffer.byteLength(value) === value.length
      ? this.bytes.write(value, start, 'latin1')
      : this.bytes.write(value, start, 'utf8')
  }

  private reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return
    const before = this.bytes
    this.allocate(Math.max(2 * before.length, this.length + more))
    before.copy(this.bytes, 0, 0, this.length)
  }

  private allocate(capacity: number): void {
    this.bytes = Buffer.allocUnsafeSlow(capacity)
    this.view = new DataView(this.bytes.buffer)
  }
}

/** Bytes that are kept for the next page: enough for any page without a value that is larger than a page. */
const mostKept = 1 << 23

/** Up to so many UTF-16 units are written one by one. */
const shortText = 64
