/**
 * Knows which offsets of one partition are in flight and which are done.
 *
 * Offsets grow with gaps (compaction, transactions), so nothing here counts by one: the position to commit is the
 * lowest offset still in flight, or one past the last offset taken when none is. Offsets done beyond that position form
 * the done-map; its span is capped so that it always fits the commit metadata.
 *
 * Of each offset from the position on there are two bits, in flight and done, in rings of words that are used again as the
 * position moves on: there may be thousands of partitions, and lists would be made anew with each batch of records.
 */
export class OffsetTracker {
  /** An offset's bit is in word `offset / 32`, which stands at that number modulo the length, a power of two. */
  #inFlight: number[] = [0, 0, 0, 0]
  /** Those below the position mean nothing. */
  #done: number[] = [0, 0, 0, 0]
  #position: number
  #next: number
  /** One past the last offset that has bits. */
  #end: number

  constructor(position: number) {
    this.#position = position
    this.#next = position
    this.#end = position
  }

  /** Next offset to commit. */
  get position(): number {
    return this.#position
  }

  /** One past the last offset taken. */
  get next(): number {
    return this.#next
  }

  /** Offsets between the position and the newest one taken. */
  get span(): number {
    return this.#next - this.#position
  }

  /** Takes an offset up. Must grow from call to call. */
  start(offset: number): void {
    if (offset < this.#next) throw new Error(`offset ${offset} was taken already`)
    if (this.#position === this.#next) this.#position = offset
    this.#makeRoom(offset)
    const place = this.#placeOf(offset)
    this.#inFlight[place] = this.#inFlight[place]! | (1 << offset)
    this.#end = this.#next = offset + 1
  }

  /** Nothing more comes from before `next`. Answers whether that moved the position. */
  pass(next: number): boolean {
    if (next <= this.#next) return false
    const moved = this.#position === this.#next
    this.#next = next
    if (moved) this.#position = next
    return moved
  }

  /** Marks an offset as done: everything it caused is durable, or becomes so together with this mark. */
  finish(offset: number): void {
    const place = this.#placeOf(offset)
    const bit = 1 << offset
    if (offset < this.#position || offset >= this.#end || !(this.#inFlight[place]! & bit))
      throw new Error(`offset ${offset} is not in flight`)
    this.#inFlight[place] = this.#inFlight[place]! & ~bit
    this.#done[place] = this.#done[place]! | bit
    if (offset === this.#position) this.#position = this.#lowest(this.#inFlight, offset)
  }

  /** Offsets done beyond the position, in order. */
  doneBeyond(): readonly number[] {
    if (this.#position === this.#next) return nothing
    const found: number[] = []
    for (
      let offset = this.#lowest(this.#done, this.#position);
      offset < this.#end;
      offset = this.#lowest(this.#done, offset + 1)
    )
      found.push(offset)
    return found
  }

  /** The lowest offset from `from` on whose bit is set, or `next` without one. */
  #lowest(words: readonly number[], from: number): number {
    for (let offset = from; offset < this.#end; offset += 32 - (offset & 31)) {
      const bits = words[this.#placeOf(offset)]! >>> offset
      if (bits !== 0) return offset + 31 - Math.clz32(bits & -bits)
    }
    return this.#next
  }

  #placeOf(offset: number): number {
    return (offset >>> 5) & (this.#inFlight.length - 1)
  }

  /** Empties the words that an offset is the first to use. */
  #makeRoom(offset: number): void {
    if (offset - this.#position >= (this.#inFlight.length - 1) * 32) this.#grow(offset)
    const unused = Math.max(this.#end + 31, this.#position)
    for (let each = unused - (unused & 31); each <= offset; each += 32)
      this.#done[this.#placeOf(each)] = 0
  }

  #grow(offset: number): void {
    const [inFlight, done, { length }] = [this.#inFlight, this.#done, this.#done]
    let room = length
    while (offset - this.#position >= (room - 1) * 32) room *= 2
    this.#inFlight = Array.from({ length: room }, () => 0)
    this.#done = Array.from({ length: room }, () => 0)
    const first = this.#position - (this.#position & 31)
    for (let each = first; each < this.#end; each += 32) {
      const place = (each >>> 5) & (length - 1)
      this.#inFlight[this.#placeOf(each)] = inFlight[place]!
      this.#done[this.#placeOf(each)] = done[place]!
    }
  }
}

const nothing: readonly number[] = []
