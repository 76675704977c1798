import type { LogRecord } from '../../topology/ports/record-log.ts'
import type { FetchedPartition } from './kafkajs.ts'

export interface Visible {
  readonly records: readonly LogRecord[]
  /** Where to go on: after everything that came, visible or not. */
  readonly next: number
}

/**
 * The records from `from` on that belong to no aborted transaction. What came includes marks of transactions, and records
 * before `from`: a broker gives whole batches. Those that are `done` are left out as well; it is asked in order.
 */
export const visibleRecords = (
  fetched: FetchedPartition,
  from: number,
  done?: (offset: number) => boolean,
): Visible => {
  const unwanted = (offset: number): boolean => offset < from || (done?.(offset) ?? false)
  const aborted = fetched.abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .toSorted((a, b) => a.first - b.first)
  const inAborted = new Set<string>()
  const parts: (readonly LogRecord[])[] = []
  let next = from
  for (const batch of fetched.messages) {
    const { producerId, inTransaction, isControl, firstOffset, nextOffset, read } = batch
    while (aborted[0] && aborted[0].first < nextOffset) inAborted.add(aborted.shift()!.producerId)
    next = Math.max(next, nextOffset)
    if (isControl) inAborted.delete(producerId)
    else if (!(inTransaction && inAborted.has(producerId)))
      parts.push(firstOffset >= from && !done ? read() : read(unwanted))
  }
  return { records: parts.length === 1 ? parts[0]! : parts.flat(), next }
}
