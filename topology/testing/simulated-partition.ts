import type { LogRecord } from '../ports/record-log.ts'

/** Records of one partition. Offsets grow, with the gaps it is told to leave. */
export class SimulatedPartition {
  readonly #records: LogRecord[] = []
  #end = 0

  /** Next offset to be written. */
  get end(): number {
    return this.#end
  }

  append(record: Omit<LogRecord, 'offset'>, gap: number): LogRecord {
    const stored = { ...record, offset: this.#end + gap }
    this.#records.push(stored)
    this.#end = stored.offset + 1
    return stored
  }

  /** At most `limit` records from `offset` on. */
  from(offset: number, limit: number): readonly LogRecord[] {
    const first = this.#indexOf(offset)
    return this.#records.slice(first, first + limit)
  }

  /** Index of the first record at or after `offset`. */
  #indexOf(offset: number): number {
    let low = 0
    let high = this.#records.length
    while (low < high) {
      const middle = (low + high) >> 1
      if (this.#records[middle]!.offset < offset) low = middle + 1
      else high = middle
    }
    return low
  }
}
