import { appendToFile } from './append-to-file.ts'
import { Fault } from '../../topology/model/failure.ts'
import type { BatchSink, SinkContext, SinkRecord } from '../../topology/model/stage.ts'

/** A write of a sink that has no place to write to, milliseconds. */
const writeMs = 20

export type Write = (
  records: readonly SinkRecord<Uint8Array>[],
  context: SinkContext,
) => Promise<unknown>

/** One line of JSON per record. A batch may come again: topic, partition and offset say which record it is. */
const linesOf = (records: readonly SinkRecord<Uint8Array>[]): string =>
  records
    .map(({ topic, partition, offset, key, value }) =>
      JSON.stringify({ topic, partition, offset, key, value: Buffer.from(value).toString() }),
    )
    .join('\n') + '\n'

const post =
  (url: string): Write =>
  async (records, { signal }) => {
    const headers = { 'content-type': 'application/x-ndjson' }
    const request = { method: 'POST', headers, body: linesOf(records), signal }
    const response = await fetch(url, request).catch((error: unknown) => {
      throw new Fault('dependency-down', 'sink', `the sink at ${url} does not answer`, error)
    })
    await response.arrayBuffer()
    if (!response.ok)
      throw new Fault('transient', 'sink', `the sink at ${url} answers ${response.status}`)
  }

const writeTo = (place: string): Write => {
  if (/^https?:/.test(place)) return post(place)
  if (place.startsWith('file:')) return appendToFile(place.slice(5), linesOf)
  if (place !== '') throw new Error(`sink=${place}: it is http://…, https://… or file:PATH`)
  return (_, { ports }) => new Promise<void>((resolve) => void ports.clock.after(writeMs, resolve))
}

/** At most 500 records or 200 ms a batch. */
export const peerSink = (place: string): BatchSink<Uint8Array> => {
  const write = writeTo(place)
  return {
    kind: 'batch-sink',
    name: 'sink',
    version: 1,
    doc: 'Writes batches',
    ordered: true,
    batch: { maxRecords: 500, lingerMs: 200 },
    timeoutMs: 30_000,
    write: async (records, context) => {
      await write(records, context)
      return records.map(() => ({ kind: 'written' }))
    },
  }
}
