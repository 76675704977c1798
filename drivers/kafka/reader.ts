import type { Clock } from '../../topology/ports/clock.ts'
import type { LogRecord } from '../../topology/ports/record-log.ts'
import { countPartitions } from './count-partitions.ts'
import { rootOf } from './errors.ts'
import { readCommitted, type Cluster, type FetchedPartition } from './kafkajs.ts'
import { visibleRecords } from './visible-records.ts'

/** A partition, by the cluster's name of its topic. */
export interface Place {
  readonly topic: string
  readonly partition: number
}

/** First offset that is still there, and the next to be written. */
export interface Bounds {
  readonly start: number
  readonly end: number
}

/** Looks at topics and partitions without a consumer group. */
export interface Reader {
  /** Number of partitions; undefined when there is no such topic. */
  readonly partitions: (topic: string) => Promise<number | undefined>
  /** The same of many topics in one request, which fails when one of them is not there or not for this user. */
  readonly counts: (topics: readonly string[]) => Promise<ReadonlyMap<string, number>>
  /** Of every partition; none when there is no such topic. */
  readonly bounds: (topic: string) => Promise<readonly Bounds[]>
  /** Records from `offset` on, at most `limit`, up to `end`. */
  readonly read: (
    place: Place,
    offset: number,
    end: number,
    limit: number,
  ) => Promise<readonly LogRecord[]>
  readonly close: () => Promise<void>
}

const bytesPerFetch = 1024 * 1024

/** How often a partition without a leader is looked at, and the milliseconds between: a leader is chosen within some seconds. */
const leaderLooks = 12
const leaderWaitMs = 300

/** Bounds of all partitions of a topic that the cluster keeps the metadata of. */
export const boundsOf = async (cluster: Cluster, topic: string): Promise<readonly Bounds[]> => {
  const partitions = cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => ({ partition: partitionId }))
  const offsets = async (fromBeginning: boolean): Promise<ReadonlyMap<number, number>> => {
    const [found] = await cluster.fetchTopicsOffset([{ topic, partitions, fromBeginning }])
    return new Map(found?.partitions.map((each) => [each.partition, Number(each.offset)]))
  }
  const [starts, ends] = await Promise.all([offsets(true), offsets(false)])
  return partitions.map((_, partition) => ({
    start: starts.get(partition) ?? 0,
    end: ends.get(partition) ?? 0,
  }))
}

const fetchOnce = async (
  cluster: Cluster,
  { topic, partition }: Place,
  offset: number,
  maxBytes: number = bytesPerFetch,
): Promise<FetchedPartition | undefined> => {
  const leader = cluster
    .findTopicPartitionMetadata(topic)
    .find((each) => each.partitionId === partition)?.leader
  const broker = await cluster.findBroker({ nodeId: leader ?? -1 })
  const partitions = [{ partition, fetchOffset: String(offset), maxBytes }]
  const { responses } = await broker.fetch({
    isolationLevel: readCommitted,
    maxWaitTime: 0,
    minBytes: 0,
    maxBytes,
    topics: [{ topic, partitions }],
  })
  return responses[0]?.partitions[0]
}

/**
 * A reader with connections of its own, made when first needed. A cluster of kafkajs that is told to keep a topic that is
 * not there fails for all others from then on: topics are looked at elsewhere first, where none is kept, and one that goes
 * away makes the reader begin anew.
 */
export const createReader = (
  lookingAt: Pick<Cluster, 'brokerPool' | 'metadata'>,
  connect: () => Cluster,
  clock: Clock,
): Reader => {
  let opened: Promise<Cluster> | undefined
  const known = new Set<string>()

  const open = async (): Promise<Cluster> => {
    const cluster = connect()
    await cluster.connect()
    return cluster
  }

  const close = async (): Promise<void> => {
    const closing = opened
    opened = undefined
    known.clear()
    await (await closing?.catch(() => undefined))?.disconnect()
  }

  const partitions: Reader['partitions'] = async (topic) => {
    try {
      return (await countPartitions(lookingAt, [topic])).get(topic)
    } catch (error) {
      if (rootOf(error).type === 'UNKNOWN_TOPIC_OR_PARTITION') return undefined
      throw error
    }
  }

  /** A cluster that knows the topic; undefined when there is no such topic. */
  const target = async (topic: string): Promise<Cluster | undefined> => {
    if (!known.has(topic) && (await partitions(topic)) === undefined) return undefined
    opened ??= open()
    const cluster = await opened
    if (known.has(topic)) await cluster.refreshMetadataIfNecessary()
    else {
      await cluster.addMultipleTargetTopics([topic])
      // The call above answers from a request under way, if there is one, which does not ask for this topic.
      if (cluster.findTopicPartitionMetadata(topic).length === 0) await cluster.refreshMetadata()
    }
    known.add(topic)
    return cluster
  }

  const readFrom = async (
    cluster: Cluster,
    place: Place,
    offset: number,
    end: number,
    limit: number,
  ): Promise<readonly LogRecord[]> => {
    const records: LogRecord[] = []
    let next = offset
    while (next < end && records.length < limit) {
      // A broker sends at least one batch whole, however little is asked for.
      const fetched = await fetchOnce(cluster, place, next, limit === 1 ? 1 : bytesPerFetch)
      if (!fetched || Number(fetched.lastStableOffset) <= next)
        throw new Error(`${place.topic}/${place.partition} ends before ${end}: its leader changed`)
      const visible = visibleRecords(fetched, next)
      for (const record of visible.records) records.push(record)
      // Nothing came: what stood in this batch was compacted away, so nothing is at this offset.
      next = Math.max(visible.next, next + 1)
    }
    return records.filter((record) => record.offset < end).slice(0, limit)
  }

  /** Repeated over new connections when it failed: what is known of the cluster may be old, or a leader not be chosen yet. */
  const again = async <T>(look: () => Promise<T>): Promise<T> => {
    for (let looks = 1; ; looks++) {
      try {
        return await look()
      } catch (error) {
        await close()
        if (looks === 1) continue
        if (looks === leaderLooks || !isStale(error)) throw error
        await new Promise<void>((resolve) => void clock.after(leaderWaitMs, resolve))
      }
    }
  }

  return {
    partitions,
    counts: async (wanted) => {
      // No topics at all would mean every topic of the cluster.
      if (wanted.length === 0) return new Map<string, number>()
      return countPartitions(lookingAt, wanted)
    },
    bounds: (topic) =>
      again(async () => {
        const cluster = await target(topic)
        return cluster ? boundsOf(cluster, topic) : []
      }),
    read: (place, offset, end, limit) =>
      again(async () => {
        const cluster = await target(place.topic)
        return cluster ? readFrom(cluster, place, offset, end, limit) : []
      }),
    close,
  }
}

const staleTypes: ReadonlySet<string> = new Set([
  'LEADER_NOT_AVAILABLE',
  'NOT_LEADER_FOR_PARTITION',
  'FENCED_LEADER_EPOCH',
  'UNKNOWN_LEADER_EPOCH',
])

/** Whether what is known of the cluster may be old, and looking again may help. */
export const isStale = (error: unknown): boolean => {
  const { type, name } = rootOf(error)
  return (
    (type !== undefined && staleTypes.has(type)) ||
    name === 'KafkaJSConnectionClosedError' ||
    name === 'KafkaJSConnectionError' ||
    name === 'KafkaJSBrokerNotFound' ||
    name === 'KafkaJSTopicMetadataNotLoaded'
  )
}

/** Forgets a connection that broke and asks anew where everything is. */
export const refresh = async (cluster: Cluster, error: unknown): Promise<void> => {
  const { name, host, port } = rootOf(error)
  if (name === 'KafkaJSConnectionClosedError' && host !== undefined && port !== undefined)
    cluster.removeBroker({ host, port })
  if (!cluster.isConnected()) await cluster.connect()
  await cluster.refreshMetadata()
}
