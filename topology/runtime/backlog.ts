import type { LogRecord } from '../ports/record-log.ts'

/** Records of one partition that were fetched and wait for their turn, in order. */
export class Backlog {
  #records: (LogRecord | undefined)[] = []
  #head = 0

  get length(): number {
    return this.#records.length - this.#head
  }

  /** The record whose turn it is. */
  get first(): LogRecord | undefined {
    return this.#records[this.#head]
  }

  /** Takes the list over: its places are emptied. */
  add(records: LogRecord[]): void {
    const before = this.#head === 0 ? this.#records : this.#records.slice(this.#head)
    this.#records = before.length === 0 ? records : [...before, ...records]
    this.#head = 0
  }

  /** Takes the first one out. Its place is emptied at once: the others may wait for long. */
  shift(): void {
    this.#records[this.#head++] = undefined
    if (this.length === 0) this.clear()
  }

  clear(): void {
    this.#records = none
    this.#head = 0
  }
}

/** Never written to. */
const none: LogRecord[] = []
