import type { TopicName } from '../../topology/model/record.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { AssignedPartition } from '../../topology/ports/record-log.ts'
import { committedOffsets } from './committed-offsets.ts'
import type { Broker, Cluster } from './kafkajs.ts'
import type { Generation } from './membership.ts'
import type { Names } from './names.ts'
import { boundsOf, type Place } from './reader.ts'
import { fetchStableOffsets } from './wire/transaction-requests.ts'

export interface LocateOptions {
  readonly clock: Clock
  readonly notice: (message: string) => void
  readonly cluster: Cluster
  readonly names: Names
  readonly where: string
  /** By the cluster's name. */
  readonly group: string
  /** Waits for transactions under way over the offsets: for exactly-once. */
  readonly stable: boolean
  readonly generation: Generation
  readonly coordinator: Broker
}

interface Committed {
  readonly offset: string
  readonly metadata: string | null
}

/** The next offset of every partition of a generation and the note that was committed with it. */
export const locatePartitions = async (
  options: LocateOptions,
): Promise<readonly AssignedPartition[]> => {
  const { cluster, names, generation } = options
  const grouped = groupByTopic(generation.places)
  if (grouped.size === 0) return []
  const boundsOfTopics = Promise.all(
    [...grouped.keys()].map(async (topic) => [topic, await boundsOf(cluster, topic)] as const),
  )
  const [committed, found] = await Promise.all([committedBy(options, grouped), boundsOfTopics])
  const bounds = new Map(found)
  return generation.places.flatMap((place) => {
    const topic = names.ours(place.topic)
    if (topic === undefined) return []
    const { start = 0, end = 0 } = bounds.get(place.topic)?.[place.partition] ?? {}
    const from = begin(options, place, committed.get(keyOf(place)), { start, end })
    return [{ topic, partition: place.partition, ...from }]
  })
}

const keyOf = ({ topic, partition }: Place): string => `${topic}/${partition}`

const committedBy = async (
  { clock, group, stable, generation, coordinator }: LocateOptions,
  grouped: ReadonlyMap<string, readonly Place[]>,
): Promise<ReadonlyMap<string, Committed>> => {
  const topics = [...grouped].map(([topic, partitions]) => ({ topic, partitions }))
  const fetchStable = stable ? fetchStableOffsets : undefined
  const asked = { clock, coordinator, groupId: group, generation, topics, fetchStable }
  const found = await committedOffsets(asked)
  return new Map(
    found.flatMap(({ topic, partitions }) =>
      partitions.map(
        (each) => [keyOf({ topic: topic as TopicName, partition: each.partition }), each] as const,
      ),
    ),
  )
}

/** Where reading begins. What lies outside of the partition is said, and is read from its start. */
const begin = (
  { notice, where }: LocateOptions,
  { topic, partition }: Place,
  found: Committed | undefined,
  { start, end }: { readonly start: number; readonly end: number },
): { readonly offset: number; readonly metadata: string } => {
  const offset = Number(found?.offset ?? -1)
  if (offset > end)
    notice(
      `${where}: ${topic}/${partition} was committed up to ${offset}, but ends at ${end}; it is read from ${start}`,
    )
  else if (offset >= 0 && offset < start)
    notice(
      `${where}: ${topic}/${partition} has lost the records ${offset} to ${start} before they were read; its retention is too short`,
    )
  else if (offset >= 0) return { offset, metadata: found?.metadata ?? '' }
  return { offset: start, metadata: '' }
}

const groupByTopic = (places: readonly Place[]): ReadonlyMap<string, readonly Place[]> => {
  const grouped = new Map<string, Place[]>()
  for (const place of places) grouped.set(place.topic, [...(grouped.get(place.topic) ?? []), place])
  return grouped
}
