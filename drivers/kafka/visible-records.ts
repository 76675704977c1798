import type { Headers } from '../../topology/model/record.ts'
import type { LogRecord } from '../../topology/ports/record-log.ts'
import type { FetchedMessage, FetchedPartition } from './kafkajs.ts'

const nothing = Buffer.alloc(0)

/** A header may come several times: the last one counts. */
const headersOf = (headers: FetchedMessage['headers']): Headers => {
  const taken: Record<string, Uint8Array> = {}
  for (const [name, value] of Object.entries(headers))
    taken[name] = (Array.isArray(value) ? value.at(-1) : (value as Buffer | null)) ?? nothing
  return taken
}

const recordOf = (message: FetchedMessage): LogRecord => ({
  offset: Number(message.offset),
  key: message.key ?? nothing,
  value: message.value,
  timestamp: Number(message.timestamp),
  headers: headersOf(message.headers),
})

export interface Visible {
  readonly records: readonly LogRecord[]
  /** Where to go on: after everything that came, visible or not. */
  readonly next: number
}

/**
 * The records from `from` on that belong to no aborted transaction. What came includes marks of transactions, and records
 * before `from`: a broker gives whole batches.
 */
export const visibleRecords = (fetched: FetchedPartition, from: number): Visible => {
  const aborted = fetched.abortedTransactions
    .map(({ producerId, firstOffset }) => ({ producerId, first: Number(firstOffset) }))
    .toSorted((a, b) => a.first - b.first)
  const inAborted = new Set<string>()
  const records: LogRecord[] = []
  let next = from
  for (const message of fetched.messages) {
    const { producerId, inTransaction, firstOffset, lastOffsetDelta } = message.batchContext
    const offset = Number(message.offset)
    while (aborted[0] && aborted[0].first <= offset) inAborted.add(aborted.shift()!.producerId)
    // The last records of a batch may have been compacted away.
    next = Math.max(next, Number(firstOffset) + lastOffsetDelta + 1)
    if (message.isControlRecord) inAborted.delete(producerId)
    else if (offset >= from && !(inTransaction && inAborted.has(producerId)))
      records.push(recordOf(message))
  }
  return { records, next }
}
