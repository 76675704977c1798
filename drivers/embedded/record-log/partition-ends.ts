import type { LogTables, StoredTopic } from './log-tables.ts'
import { readEnd } from './log-tables.ts'

/** Next offsets of all partitions, kept in memory by the one process that writes. */
export interface PartitionEnds {
  /** Offset after the last durable record. */
  readonly durable: (topic: StoredTopic, partition: number) => number
  /** Takes the next offset, inside a transaction. */
  readonly take: (topic: StoredTopic, partition: number) => number
  /** The transactions so far are durable: what they took may be seen. */
  readonly publish: () => void
  /** A transaction was undone: its offsets are free again. */
  readonly undo: () => void
}

export const createPartitionEnds = (tables: LogTables): PartitionEnds => {
  const durable = new Map<number, number[]>()
  const taken = new Map<number, number[]>()

  const durableOf = (topic: StoredTopic): number[] => {
    const known = durable.get(topic.id)
    if (known) return known
    const ends = Array.from({ length: topic.partitions }, (_, partition) =>
      readEnd(tables, topic.id, partition),
    )
    durable.set(topic.id, ends)
    return ends
  }

  const takenOf = (topic: StoredTopic): number[] => {
    const known = taken.get(topic.id)
    if (known) return known
    const ends = [...durableOf(topic)]
    taken.set(topic.id, ends)
    return ends
  }

  return {
    durable: (topic, partition) => durableOf(topic)[partition] ?? 0,
    take: (topic, partition) => {
      const ends = takenOf(topic)
      const offset = ends[partition] ?? 0
      ends[partition] = offset + 1
      return offset
    },
    publish: () => {
      for (const [id, ends] of taken) durable.set(id, ends)
      taken.clear()
    },
    undo: () => taken.clear(),
  }
}
