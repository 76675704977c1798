import { Fault } from '../../topology/model/failure.ts'
import type { TopicName } from '../../topology/model/record.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type {
  Delivery,
  LogConsumer,
  ProduceRecord,
  RecordLog,
} from '../../topology/ports/record-log.ts'
import { partitionFor } from '../embedded/record-log/partition-for.ts'
import { createBatchingProducer, type PlacedRecord } from './batching-producer.ts'
import { KafkaMisfit, rootOf, runtimeFault, startError } from './errors.ts'
import { createGroupConsumer, type GroupConsumerOptions } from './group-consumer.ts'
import { connectProducer, createAdmin, createCluster, type Broker } from './kafkajs.ts'
import { createNames } from './names.ts'
import { kafkaDefaults, type KafkaRecordLogOptions } from './options.ts'
import { createReader } from './reader.ts'
import { timedByBroker } from './timed-by-broker.ts'
import { createTopicTool, refuseMisfits, type WantedTopic } from './topics.ts'
import { createTransactions } from './transactions.ts'
import { fetchStableOffsets } from './wire/transaction-requests.ts'

export interface KafkaRecordLog extends RecordLog {
  /** Partitions of each of these topics, by one request. Throws when one of them is not there. */
  readonly partitionsOf: (topics: readonly TopicName[]) => Promise<readonly number[]>
}

/**
 * Topics and consumer groups of a Kafka cluster. Connects before it answers; throws what is wrong with the address, the
 * certificate or the credentials. Commits are not atomic: outputs first, then state, then offsets. Those of members that
 * joined for exactly-once are, each in a transaction of its partition. The state of a group is a compacted topic
 * `<group>.state`, kept in memory by whoever owns its partitions.
 */
export const createKafkaRecordLog = async (
  given: KafkaRecordLogOptions,
): Promise<KafkaRecordLog> => {
  const options = { ...kafkaDefaults, ...given }
  const where = `at ${options.brokers.join(', ')}`
  const names = createNames(options.prefix)
  const cluster = createCluster(options)
  const reader = createReader(cluster, () => createCluster(options), options.clock)
  const topics = createTopicTool(() => createAdmin(cluster), reader, options.clock, where)
  const connect = (known: readonly string[]) => connectProducer(options, known)
  const producer = createBatchingProducer({ ...options, connect, where })
  const consumers = new Set<LogConsumer>()
  const counts = new Map<string, number>()

  try {
    await cluster.connect()
  } catch (error) {
    await cluster.disconnect().catch(() => undefined)
    throw startError(error, where)
  }

  const looking = async <T>(what: string, look: () => Promise<T>): Promise<T> => {
    try {
      return await look()
    } catch (error) {
      throw runtimeFault(error, `${where}, ${what}`)
    }
  }

  const countOf = async (topic: string): Promise<number> => {
    const known = counts.get(topic)
    if (known !== undefined) return known
    const count = await looking(`topic ${topic}`, () => reader.partitions(topic))
    if (count === undefined)
      throw new Fault(
        'dependency-down',
        'record-log',
        `Kafka, ${where}: there is no topic ${topic}`,
      )
    counts.set(topic, count)
    return count
  }

  const knowCounts = async (topics: Iterable<string>): Promise<void> => {
    for (const topic of topics) if (!counts.has(topic)) await countOf(topic)
  }

  /** Keys are placed here, not by the client, because requests are cut by the bytes of a partition. */
  const placed = (topic: string, record: Omit<ProduceRecord, 'topic'>): PlacedRecord => {
    // A record costs about as much as its objects: one, with its members written out.
    const { key, value, timestamp, headers } = record
    const partition = partitionFor(key, counts.get(topic)!)
    return { topic, partition, key, value, timestamp, headers }
  }

  const topicsOf = (records: readonly ProduceRecord[]): ReadonlyMap<TopicName, string> => {
    const found = new Map<TopicName, string>()
    for (const { topic } of records) if (!found.has(topic)) found.set(topic, names.topic(topic))
    return found
  }

  /** Calls that begin earlier are answered earlier, so that the records of a key keep their order. */
  let turns: Promise<unknown> = Promise.resolve()
  const place = (records: readonly ProduceRecord[]): Promise<readonly PlacedRecord[]> => {
    if (records.length === 0) return Promise.resolve([])
    const topicNames = topicsOf(records)
    const known = turns.then(() => knowCounts(topicNames.values()))
    turns = known.catch(() => undefined)
    return known.then(() => records.map((record) => placed(topicNames.get(record.topic)!, record)))
  }
  const produce = (records: readonly ProduceRecord[]): Promise<void> =>
    records.length === 0 ? Promise.resolve() : place(records).then((all) => producer.send(all))

  const wantedOf = (
    name: string,
    partitions: number,
    cleanup: 'delete' | 'compact',
  ): WantedTopic => ({
    name,
    partitions,
    ...(options.replicationFactor !== undefined && {
      replicationFactor: options.replicationFactor,
    }),
    config: { 'cleanup.policy': cleanup, ...timedByBroker },
  })

  const ensure = async (wanted: readonly WantedTopic[]): Promise<void> => {
    const steps = await topics.planPartitions(wanted)
    const creations = options.createTopics ? steps.filter(({ kind }) => kind === 'create') : []
    refuseMisfits(
      steps.filter((step) => !creations.includes(step)),
      where,
    )
    await topics.apply(creations)
    for (const { name, partitions } of wanted) counts.set(name, partitions)
  }

  /** While running, a broker that is away is no reason to give up. */
  const ensureState = async (topic: string, partitions: number): Promise<void> => {
    try {
      await ensure([wantedOf(topic, partitions, 'compact')])
    } catch (error) {
      if (error instanceof KafkaMisfit && error.cause === undefined) throw error
      throw runtimeFault(error, `${where}, topic ${topic}`)
    }
  }

  const placeState =
    (subscribed: readonly TopicName[]): GroupConsumerOptions['placeState'] =>
    async (group, writes, headersOf) => {
      if (writes.length === 0) return []
      const topic = names.state(group)
      if (!counts.has(topic)) {
        const parts = await Promise.all(subscribed.map((name) => countOf(names.topic(name))))
        await ensureState(topic, Math.max(...parts))
      }
      const timestamp = options.clock.now()
      await knowCounts([topic])
      return writes.map(({ key, value }) => {
        const record = placed(topic, { key: Buffer.from(key), value, timestamp, headers: {} })
        return { ...record, headers: headersOf(record.partition) }
      })
    }

  const join = async (
    group: string,
    subscribed: readonly TopicName[],
    delivery: Delivery = 'at-least-once',
  ): Promise<LogConsumer> => {
    const own = createCluster(options)
    const about = `${where}, group ${names.group(group)}`
    if (delivery === 'at-least-once') producer.warmUp([...counts.keys()])
    try {
      await Promise.all([own.connect(), knowCounts(subscribed.map(names.topic))])
      await own.addMultipleTargetTopics(subscribed.map(names.topic))
    } catch (error) {
      await own.disconnect().catch(() => undefined)
      throw startError(error, about)
    }
    const known = subscribed.map((topic) => names.topic(topic))
    const consumer = createGroupConsumer({
      options,
      cluster: own,
      names,
      reader,
      group,
      topics: subscribed,
      counts: new Map(known.map((topic) => [topic, counts.get(topic)!])),
      where: about,
      produce: producer.send,
      place,
      placeState: placeState(subscribed),
      transactions:
        delivery === 'exactly-once'
          ? createTransactions({
              options,
              cluster: createCluster(options),
              names,
              group,
              where: about,
            })
          : undefined,
    })
    consumers.add(consumer)
    return consumer
  }

  return {
    atomicCommit: false,
    maxRecordBytes: options.batchBytes,
    ensureTopics: (specs) =>
      ensure(
        specs.map(({ name, partitions, cleanup }) =>
          wantedOf(names.topic(name), partitions, cleanup),
        ),
      ),
    produce,
    join,
    partitionsOf: async (wanted) => {
      const topics = wanted.map(names.topic)
      const found = await looking(`topics ${topics.join(', ')}`, () => reader.counts(topics))
      return topics.map((topic) => found.get(topic) ?? 0)
    },
    ends: async (name) => {
      const topic = names.topic(name)
      const bounds = await looking(`topic ${topic}`, () => reader.bounds(topic))
      return bounds.map(({ end }) => end)
    },
    committed: (group) =>
      looking(`group ${names.group(group)}`, async () => {
        const groupId = names.group(group)
        if (!cluster.isConnected()) await cluster.connect()
        const found = await untilLoaded(options.clock, async () => {
          const coordinator = await cluster.findGroupCoordinator({ groupId })
          return committedOffsets(options.clock, coordinator, groupId)
        })
        return found.flatMap(({ topic, partitions }) => {
          const ours = names.ours(topic)
          return ours === undefined
            ? []
            : partitions
                .filter(({ offset }) => Number(offset) >= 0)
                .map(({ partition, offset, metadata }) => ({
                  topic: ours,
                  partition,
                  offset: Number(offset),
                  metadata: metadata ?? '',
                }))
        })
      }),
    read: async ({ topic: name, partition }, offset, limit) => {
      const topic = names.topic(name)
      return looking(`topic ${topic}`, async () => {
        const { start = 0, end = 0 } = (await reader.bounds(topic))[partition] ?? {}
        return reader.read({ topic, partition }, Math.max(offset, start), end, limit)
      })
    },
    close: async () => {
      await Promise.allSettled([...consumers].map((consumer) => consumer.leave()))
      await producer.close().catch(() => undefined)
      await Promise.allSettled([cluster.disconnect(), reader.close()])
    },
  }
}

const loadWaitMs = 200
const loadAttempts = 50
/** A transaction that is being ended takes milliseconds; one that was left open is not waited for. */
const unstableWaitMs = 10
const unstableAttempts = 100

/** What a coordinator says that has just become one. */
const loading: ReadonlySet<string | undefined> = new Set([
  'GROUP_LOAD_IN_PROGRESS',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'NOT_COORDINATOR_FOR_GROUP',
])

const untilLoaded = async <T>(clock: Clock, ask: () => Promise<T>): Promise<T> => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask()
    } catch (error) {
      if (attempt === loadAttempts || !loading.has(rootOf(error).type)) throw error
      await new Promise<void>((resolve) => void clock.after(loadWaitMs, resolve))
    }
  }
}

/** What a group has committed, with the transactions that are being ended. */
const committedOffsets = async (clock: Clock, coordinator: Broker, groupId: string) => {
  for (let attempt = 1; attempt <= unstableAttempts; attempt++) {
    try {
      return await fetchStableOffsets(coordinator, groupId)
    } catch (error) {
      if (rootOf(error).type !== 'UNSTABLE_OFFSET_COMMIT') throw error
      await new Promise<void>((resolve) => void clock.after(unstableWaitMs, resolve))
    }
  }
  return (await coordinator.offsetFetch({ groupId, topics: [] })).responses
}
