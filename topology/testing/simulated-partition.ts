import type { LogRecord } from '../ports/record-log.ts'
import type { SimulatedTransaction } from './simulated-transactions.ts'

/** Records of one partition. Offsets grow, with the gaps it is told to leave. */
export class SimulatedPartition {
  readonly #records: LogRecord[] = []
  #end = 0
  /** Transactions of records that are not visible, or not yet, by offset. */
  readonly #hidden = new Map<number, SimulatedTransaction>()

  /** Next offset to be written. */
  get end(): number {
    return this.#end
  }

  /** How many records there are. */
  get length(): number {
    return this.#records.length
  }

  append(record: Omit<LogRecord, 'offset'>, gap: number): LogRecord {
    const { key, value, timestamp, headers } = record
    const stored = { offset: this.#end + gap, key, value, timestamp, headers }
    this.#records.push(stored)
    this.#end = stored.offset + 1
    return stored
  }

  /** As `append`, but for nobody to see until the transaction is committed. */
  hold(record: Omit<LogRecord, 'offset'>, gap: number, of: SimulatedTransaction): LogRecord {
    const stored = this.append(record, gap)
    this.#hidden.set(stored.offset, of)
    return stored
  }

  /** The transaction has ended: its mark takes an offset, and what it committed is visible. */
  mark(of: SimulatedTransaction): void {
    this.#end++
    if (of.state !== 'committed') return
    for (const [offset, each] of this.#hidden) if (each === of) this.#hidden.delete(offset)
  }

  /** Where what can be read ends: the first record of an open transaction, or the end. */
  get stable(): number {
    for (const [offset, { state }] of this.#hidden) if (state === 'open') return offset
    return this.#end
  }

  /** At most `limit` records from `offset` on, of those that can be read. */
  from(offset: number, limit: number): readonly LogRecord[] {
    const first = this.#indexOf(offset)
    if (this.#hidden.size === 0) return this.#records.slice(first, first + limit)
    const { stable } = this
    const found: LogRecord[] = []
    for (let index = first; index < this.#records.length && found.length < limit; index++) {
      const record = this.#records[index]!
      if (record.offset >= stable) break
      if (!this.#hidden.has(record.offset)) found.push(record)
    }
    return found
  }

  /** As `from`, without regard to transactions. */
  uncommittedFrom(offset: number, limit: number): readonly LogRecord[] {
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
