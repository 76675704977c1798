import type { Tokens } from '../../topology/model/document.ts'

/** Tokens under construction, in arrays that are kept from document to document. */
export class TokenBuffer {
  ids = new Int32Array(1 << 12)
  offsets = new Int32Array(1 << 13)
  /** 1 where a token begins a piece that the tokeniser takes by itself; only kept when asked for. */
  private marks: Uint8Array | undefined
  count = 0

  constructor(options: { readonly marks: boolean } = { marks: false }) {
    if (options.marks) this.marks = new Uint8Array(this.ids.length)
  }

  /** Says of a token already pushed that a word begins with it. */
  mark(index: number): void {
    if (this.marks !== undefined) this.marks[index] = 1
  }

  isMarked(index: number): boolean {
    return this.marks?.[index] === 1
  }

  push(id: number, start: number, end: number): void {
    if (this.count === this.ids.length) this.grow()
    this.ids[this.count] = id
    this.offsets[2 * this.count] = start
    this.offsets[2 * this.count + 1] = end
    this.count++
  }

  /** Writes a token already pushed as two numbers that {@link pushPacked} reads. `base` is where the word begins, 64 units back at most. */
  pack(index: number, base: number, into: Int32Array, at: number): void {
    const from = this.offsets[2 * index]! - base
    const to = this.offsets[2 * index + 1]! - base
    into[at] = this.ids[index]!
    into[at + 1] = (this.isMarked(index) ? MARKED : 0) | (from << 8) | to
  }

  /** Pushes so many packed tokens at once: one look at the room that is left, and no call for each. */
  pushPacked(packed: Int32Array, at: number, count: number, base: number): void {
    while (this.count + count > this.ids.length) this.grow()
    const { ids, offsets, marks } = this
    let index = this.count
    for (let i = at; i < at + 2 * count; i += 2) {
      const place = packed[i + 1]!
      if (marks !== undefined && place >= MARKED) marks[index] = 1
      ids[index] = packed[i]!
      offsets[2 * index] = base + ((place >> 8) & 0x7f)
      offsets[2 * index + 1] = base + (place & 0xff)
      index++
    }
    this.count = index
  }

  /** A copy of what was pushed, for the caller to keep. Leaves the buffer empty, and small again after a huge document. */
  take(): Tokens {
    const tokens = {
      ids: this.ids.slice(0, this.count),
      offsets: this.offsets.slice(0, 2 * this.count),
      ...(this.marks && { wordStarts: this.marks.slice(0, this.count) }),
    }
    this.marks?.fill(0, 0, this.count)
    this.count = 0
    if (this.ids.length > LARGEST_KEPT) {
      this.ids = new Int32Array(LARGEST_KEPT)
      this.offsets = new Int32Array(2 * LARGEST_KEPT)
      if (this.marks) this.marks = new Uint8Array(LARGEST_KEPT)
    }
    return tokens
  }

  private grow(): void {
    const ids = new Int32Array(2 * this.ids.length)
    const offsets = new Int32Array(4 * this.ids.length)
    ids.set(this.ids)
    offsets.set(this.offsets)
    this.ids = ids
    this.offsets = offsets
    if (this.marks === undefined) return
    const marks = new Uint8Array(ids.length)
    marks.set(this.marks)
    this.marks = marks
  }
}

/** The bit of a packed place above `from << 8 | to`. */
const MARKED = 0x8000

/** In tokens. A buffer that grew beyond this for one document does not stay that large. */
const LARGEST_KEPT = 1 << 16
