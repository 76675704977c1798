import type { StateWrite } from '../../topology/model/outcome.ts'
import type { Headers } from '../../topology/model/record.ts'
import type { LogRecord } from '../../topology/ports/record-log.ts'
import type { Reader } from './reader.ts'

/** Records read at a time while restoring. */
const chunk = 5_000

/** The state of a group for the partitions that this member owns, in memory; its compacted topic is the truth. */
export interface StateStore {
  readonly get: (key: string) => Uint8Array | undefined
  readonly apply: (writes: readonly StateWrite[]) => void
  /** Forgets what it holds and reads the partitions anew; takes effect only when `wanted` still holds then. */
  readonly restore: (
    partitions: readonly number[],
    generation: number,
    wanted: () => boolean,
  ) => Promise<void>
  /**
   * What the records of a partition are to be written with: more than any owner before this one has written with. So a
   * record that one of them wrote too late, when it woke up, is told by its lower term and passed over. It is the highest
   * term found plus the generation, because generations begin anew when a group was away for long.
   */
  readonly headersOf: (partition: number) => Headers
}

const termHeader = 'term'

const termOf = ({ headers }: LogRecord): number =>
  Number(Buffer.from(headers[termHeader] ?? []).toString()) || 0

/** `topic` is the cluster's name. A topic that is not there yet holds no state. */
export const createStateStore = (reader: Reader, topic: string): StateStore => {
  let values = new Map<string, Uint8Array>()
  let headers: ReadonlyMap<number, Headers> = new Map()

  /** Answers the highest term. */
  const readInto = async (
    target: Map<string, Uint8Array>,
    partition: number,
    bounds: { readonly start: number; readonly end: number },
  ): Promise<number> => {
    let highest = 0
    for (let from = bounds.start; from < bounds.end;) {
      const records = await reader.read({ topic, partition }, from, bounds.end, chunk)
      for (const record of records) {
        const { key, value } = record
        const term = termOf(record)
        if (term < highest) continue
        highest = term
        const name = Buffer.from(key).toString()
        if (value === null) target.delete(name)
        else target.set(name, Uint8Array.from(value))
      }
      const last = records.at(-1)
      if (!last) break
      from = last.offset + 1
    }
    return highest
  }

  return {
    get: (key) => values.get(key),
    apply: (writes) => {
      for (const { key, value } of writes) {
        if (value === null) values.delete(key)
        else values.set(key, value)
      }
    },
    restore: async (partitions, generation, wanted) => {
      const restored = new Map<string, Uint8Array>()
      const terms = new Map<number, Headers>()
      const bounds = await reader.bounds(topic)
      for (const partition of partitions) {
        const range = bounds[partition]
        const highest = range ? await readInto(restored, partition, range) : 0
        terms.set(partition, { [termHeader]: Buffer.from(String(highest + generation)) })
      }
      if (!wanted()) return
      values = restored
      headers = terms
    },
    headersOf: (partition) => headers.get(partition) ?? {},
  }
}
