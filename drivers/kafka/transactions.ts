import type { LogTransaction } from '../../topology/ports/record-log.ts'
import { compressions } from './batching-producer.ts'
import type { Cluster } from './kafkajs.ts'
import type { Names } from './names.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import type { Place } from './reader.ts'
import {
  createTransactionalProducer,
  Fenced,
  type TransactionalProducer,
  type TransactionWork,
} from './transactional-producer.ts'

export interface TransactionsOptions {
  readonly options: ResolvedKafkaOptions
  readonly cluster: Cluster
  readonly names: Names
  readonly group: string
  readonly where: string
}

/** The transactional producers of a member, one for each partition that it owns. */
export interface Transactions {
  /** Fences whoever had these partitions before and ends what it left open. What was held is forgotten. */
  readonly takeOver: (places: readonly Place[], wanted: () => boolean) => Promise<void>
  readonly commit: (
    place: Place,
    work: Omit<TransactionWork, 'of'>,
    of: LogTransaction,
  ) => Promise<void>
  readonly close: () => Promise<void>
}

/** Producers that are made at a time. */
const atOnce = 16
const closeWaitMs = 2_000

export const createTransactions = (given: TransactionsOptions): Transactions => {
  const { options, cluster, names, group, where } = given
  let producers = new Map<string, TransactionalProducer>()
  /** Transactions of a partition wait for each other. */
  const turns = new WeakMap<TransactionalProducer, Promise<unknown>>()

  const known = new Set<string>()
  const know = async (topics: readonly string[]): Promise<void> => {
    const unknown = topics.filter((topic) => !known.has(topic))
    if (unknown.length === 0) return
    await cluster.addMultipleTargetTopics(unknown)
    // The call above answers from a request under way, if there is one, which does not ask for these topics.
    const missing = (topic: string) => cluster.findTopicPartitionMetadata(topic).length === 0
    if (unknown.some(missing)) await cluster.refreshMetadata()
    for (const topic of unknown) known.add(topic)
  }

  const producerOf = ({ topic, partition }: Place): TransactionalProducer =>
    createTransactionalProducer({
      cluster,
      know,
      clock: options.clock,
      transactionalId: names.transactional(group, topic, partition),
      group: names.group(group),
      timeoutMs: options.transactionTimeoutMs,
      batchBytes: options.batchBytes,
      compression: compressions[options.compression],
      where,
    })

  let closed = false
  const underWay = new Set<Promise<unknown>>()
  const track = async <T>(work: Promise<T>): Promise<T> => {
    underWay.add(work)
    try {
      return await work
    } finally {
      underWay.delete(work)
    }
  }
  const ended = (): Promise<unknown> => Promise.allSettled(underWay)

  const takeOver: Transactions['takeOver'] = async (places, wanted) => {
    producers = new Map()
    if (!wanted()) return
    if (!cluster.isConnected()) await cluster.connect()
    const made = new Map<string, TransactionalProducer>()
    const waiting = [...places]
    const work = async (): Promise<void> => {
      for (let place = waiting.shift(); place && wanted(); place = waiting.shift()) {
        const producer = producerOf(place)
        await producer.takeOver(wanted)
        made.set(`${place.topic}/${place.partition}`, producer)
      }
    }
    await Promise.all(Array.from({ length: atOnce }, work))
    if (wanted()) producers = made
  }

  return {
    takeOver: (places, wanted) => track(takeOver(places, () => !closed && wanted())),
    commit: async ({ topic, partition }, work, of) => {
      const producer = closed ? undefined : producers.get(`${topic}/${partition}`)
      if (!producer) throw new Fenced('no producer')
      const before = turns.get(producer) ?? Promise.resolve()
      const mine = before.then(() => producer.commit({ ...work, of }))
      turns.set(
        producer,
        mine.catch(() => undefined),
      )
      await track(mine)
    },
    close: async () => {
      closed = true
      const enough = new Promise<void>((resolve) => void options.clock.after(closeWaitMs, resolve))
      await Promise.race([ended(), enough])
      const abandoned = Promise.all([...producers.values()].map((each) => each.abandon()))
      await Promise.race([abandoned, enough])
      await cluster.disconnect()
      // What is still under way may connect again.
      void Promise.allSettled([ended(), abandoned]).then(() => cluster.disconnect())
    },
  }
}
