import type { SubTopology, Topology } from '../model/topology.ts'
import type { TopicPartition } from '../model/record.ts'
import type { CommittedOffset, Delivery, RecordLog } from '../ports/record-log.ts'
import type { PartitionLag } from '../ports/telemetry.ts'
import { begunBefore } from './commit-metadata.ts'
import { plansOf, type Plan } from './plan.ts'
import { readNote, type NoteReader } from './read-note.ts'
import { groupOf } from './group-of.ts'

/** The part of a log that can be looked at without owning it. */
export type WatchableLog = Pick<RecordLog, 'ends' | 'committed' | 'read'>

/** What is to be looked at, and how. */
export interface LagQuestion {
  /** All partitions when absent. */
  readonly wanted?: (partition: TopicPartition) => boolean
  /** How the sub-topology delivers: at least once when absent. */
  readonly delivery?: Delivery | undefined
}

/**
 * How far a sub-topology is with the partitions that are `wanted`, whoever works on them. What is not finished is looked
 * up, so that retention and marks of transactions do not count as work, and its age is a fact.
 */
export const partitionLags = async (
  log: WatchableLog,
  topology: Pick<Topology, 'name' | 'hash'>,
  part: SubTopology,
  { wanted = () => true, delivery = 'at-least-once' }: LagQuestion = {},
): Promise<readonly PartitionLag[]> => {
  const committed = await log.committed(groupOf({ topology: topology as Topology }, part))
  const reader = { delivery, hash: topology.hash }
  const found = await Promise.all(
    plansOf(part).map(async (plan) => {
      const ends = await log.ends(plan.topic.name)
      const places = ends
        .map((end, partition) => ({ topic: plan.topic.name, partition, end }))
        .filter(wanted)
      return Promise.all(places.map((place) => lagAt(log, reader, plan, place, committed)))
    }),
  )
  return found.flat()
}

const lagAt = async (
  log: WatchableLog,
  reader: NoteReader,
  plan: Plan,
  { topic, partition, end }: TopicPartition & { readonly end: number },
  committed: readonly CommittedOffset[],
): Promise<PartitionLag> => {
  const entry = committed.find((each) => each.topic === topic && each.partition === partition)
  const position = entry?.offset ?? 0
  const at = { subTopology: plan.subTopology, topic, partition, end, position }
  const [oldest] = position < end ? await log.read({ topic, partition }, position, 1) : []
  if (!oldest) return { ...at, lag: 0, inFlight: 0, oldestAt: undefined }
  const note = readNote(reader, plan, { offset: position, metadata: entry?.metadata ?? '' })
  const done = note.kind === 'done' ? note.offsets.filter((each) => each >= oldest.offset) : []
  const lag = end - oldest.offset - done.length
  const inFlight = begunBefore(position, note)
  return { ...at, lag, inFlight, oldestAt: lag > 0 ? oldest.timestamp : undefined }
}
