import type { StateWrite } from '../../topology/model/outcome.ts'
import type { Reader } from './reader.ts'

/** Records read at a time while restoring. */
const chunk = 5_000

/** The state of a group for the partitions that this member owns, in memory; its compacted topic is the truth. */
export interface StateStore {
  readonly get: (key: string) => Uint8Array | undefined
  readonly apply: (writes: readonly StateWrite[]) => void
  /** Forgets what it holds and reads the partitions anew; takes effect only when `wanted` still holds then. */
  readonly restore: (partitions: readonly number[], wanted: () => boolean) => Promise<void>
}

/** `topic` is the cluster's name. A topic that is not there yet holds no state. */
export const createStateStore = (reader: Reader, topic: string): StateStore => {
  let values = new Map<string, Uint8Array>()

  const readInto = async (
    target: Map<string, Uint8Array>,
    partition: number,
    bounds: { readonly start: number; readonly end: number },
  ): Promise<void> => {
    for (let from = bounds.start; from < bounds.end;) {
      const records = await reader.read({ topic, partition }, from, bounds.end, chunk)
      for (const { key, value } of records) {
        const name = Buffer.from(key).toString()
        if (value === null) target.delete(name)
        else target.set(name, Uint8Array.from(value))
      }
      const last = records.at(-1)
      if (!last) return
      from = last.offset + 1
    }
  }

  return {
    get: (key) => values.get(key),
    apply: (writes) => {
      for (const { key, value } of writes) {
        if (value === null) values.delete(key)
        else values.set(key, value)
      }
    },
    restore: async (partitions, wanted) => {
      const restored = new Map<string, Uint8Array>()
      const bounds = await reader.bounds(topic)
      for (const partition of partitions) {
        const range = bounds[partition]
        if (range) await readInto(restored, partition, range)
      }
      if (wanted()) values = restored
    },
  }
}
