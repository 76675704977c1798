/**
 * Knows which offsets of one partition are in flight and which are done.
 *
 * Offsets grow with gaps (compaction, transactions), so nothing here counts by one: the position to commit is the
 * lowest offset still in flight, or one past the last offset taken when none is. Offsets done beyond that position form
 * the done-map; its span is capped so that it always fits the commit metadata.
 */
export class OffsetTracker {
  /** Offsets taken, in order, and whether each is done; those before `head` are below the position. */
  #offsets: number[] = []
  #done: boolean[] = []
  #head = 0
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
    this.#offsets.push(offset)
    this.#done.push(false)
    this.#next = offset + 1
    this.#advance()
  }

  /** Nothing more comes from before `next`. Answers whether that moved the position. */
  pass(next: number): boolean {
    if (next <= this.#next) return false
    this.#next = next
    const before = this.#position
    this.#advance()
    return this.#position > before
  }

  /** Marks an offset as done: everything it caused is durable, or becomes so together with this mark. */
  finish(offset: number): void {
    const index = this.#indexOf(offset)
    if (index === undefined) throw new Error(`offset ${offset} is not in flight`)
    this.#done[index] = true
    if (index === this.#head) this.#advance()
  }

  /** Offsets done beyond the position, in order. */
  doneBeyond(): readonly number[] {
    if (this.#head === this.#offsets.length) return nothing
    const found: number[] = []
    for (let index = this.#head; index < this.#offsets.length; index++)
      if (this.#done[index]) found.push(this.#offsets[index]!)
    return found
  }

  /** Without gaps an offset stands as far from the first one as it is larger. With gaps it stands before that. */
  #indexOf(offset: number): number | undefined {
    const first = this.#offsets[this.#head]
    if (first === undefined || offset < first) return undefined
    let low = this.#head
    let high = Math.min(this.#head + offset - first, this.#offsets.length - 1)
    for (let index = high; low <= high; index = (low + high) >> 1) {
      const found = this.#offsets[index]!
      if (found === offset) return index
      if (found < offset) low = index + 1
      else high = index - 1
    }
    return undefined
  }

  #advance(): void {
    while (this.#head < this.#offsets.length && this.#done[this.#head]) this.#head++
    this.#position = this.#offsets[this.#head] ?? this.#next
    if (this.#head < forgetAt || this.#head * 2 < this.#offsets.length) return
    this.#offsets = this.#offsets.slice(this.#head)
    this.#done = this.#done.slice(this.#head)
    this.#head = 0
  }
}

const nothing: readonly number[] = []

/** Offsets below the position that are kept at most before their room is used again, if they are half of all. */
const forgetAt = 64
