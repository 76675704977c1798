import { packLogRecords, unpackLogRecords, type PackedLogRecords } from '../model/pack-records.ts'
import type { LogRecord } from '../ports/record-log.ts'

/** Records that are packed together. */
const recordsOfPiece = 16

/**
 * Records of one partition that wait to be written together, in order. They are packed: thousands wait for seconds, and as
 * objects and buffers of their own they would be a third of what the collector of garbage finds in use.
 */
export class Gathered {
  #pieces: PackedLogRecords[] = []
  /** After the pieces; too few for one. */
  #loose: LogRecord[] = []
  #bytes = 0

  get length(): number {
    return this.#pieces.length * recordsOfPiece + this.#loose.length
  }

  /** Of values. */
  get bytes(): number {
    return this.#bytes
  }

  add(record: LogRecord): void {
    this.#bytes += record.value?.length ?? 0
    this.#loose.push(record)
    if (this.#loose.length < recordsOfPiece) return
    this.#pieces.push(packLogRecords(this.#loose))
    this.#loose = []
  }

  /** How many of them lie before an offset. */
  countBefore(end: number): number {
    let count = 0
    for (const { offsets } of this.#pieces) for (const offset of offsets) if (offset < end) count++
    for (const { offset } of this.#loose) if (offset < end) count++
    return count
  }

  /** Takes out the first ones, packed as they are. */
  take(count: number): readonly PackedLogRecords[] {
    const whole = Math.min(Math.floor(count / recordsOfPiece), this.#pieces.length)
    const pieces = this.#pieces.slice(0, whole)
    const others = [...this.#pieces.slice(whole).flatMap(unpackLogRecords), ...this.#loose]
    const cut = Math.min(count - whole * recordsOfPiece, others.length)
    this.clear()
    for (const left of others.slice(cut)) this.add(left)
    return cut > 0 ? [...pieces, packLogRecords(others.slice(0, cut))] : pieces
  }

  clear(): void {
    this.#pieces = []
    this.#loose = []
    this.#bytes = 0
  }
}
