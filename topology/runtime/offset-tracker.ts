/**
 * Knows which offsets of one partition are in flight and which are done.
 *
 * Offsets grow with gaps (compaction, transactions), so nothing here counts by one: the position to commit is the
 * lowest offset still in flight, or one past the last offset taken when none is. Offsets done beyond that position form
 * the done-map; its span is capped so that it always fits the commit metadata.
 */
export class OffsetTracker {
  /** Offsets taken and not yet below the position, in order; `true` when done. */
  readonly #window = new Map<number, boolean>()
  #position: number
  #next: number

  constructor(position: number) {
    this.#position = position
    this.#next = position
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
    this.#window.set(offset, false)
    this.#next = offset + 1
    this.#advance()
  }

  /** Marks an offset as done: everything it caused is durable, or becomes so together with this mark. */
  finish(offset: number): void {
    if (!this.#window.has(offset)) throw new Error(`offset ${offset} is not in flight`)
    this.#window.set(offset, true)
    this.#advance()
  }

  /** Offsets done beyond the position, in order. */
  doneBeyond(): readonly number[] {
    return [...this.#window].filter(([, done]) => done).map(([offset]) => offset)
  }

  #advance(): void {
    for (const [offset, done] of this.#window) {
      if (!done) {
        this.#position = offset
        return
      }
      this.#window.delete(offset)
    }
    this.#position = this.#next
  }
}
