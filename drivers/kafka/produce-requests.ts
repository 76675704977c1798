import type { PlacedRecord } from './batching-producer.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { Broker, Cluster } from './kafkajs.ts'
import { isStale, refresh } from './reader.ts'
import { untilFree } from './until-free.ts'
import { sizeOfRecord } from './size-of-record.ts'
import type { ProducerIdentity } from './wire/transaction-requests.ts'

export interface ProduceRequestsOptions {
  readonly cluster: Cluster
  /** Makes the cluster keep the metadata of topics. */
  readonly know: (topics: readonly string[]) => Promise<void>
  readonly clock: Clock
  readonly batchBytes: number
  readonly compression: number
}

/** Sequence numbers begin again after the largest that 31 bits can hold. */
const sequences = 2 ** 31
const produceTimeoutMs = 30_000

/** Tries to find the leader of a partition, within about a second. */
const attempts = 5
const firstWaitMs = 20

interface Batch {
  readonly topic: string
  readonly partition: number
  readonly firstSequence: number
  readonly messages: readonly PlacedRecord[]
}

const placeOf = ({ topic, partition }: PlacedRecord): string => `${topic}/${partition}`

/** The produce requests of one producer and epoch: every batch of a partition has the next sequence number. */
export class ProduceRequests {
  readonly #options: ProduceRequestsOptions
  readonly #next = new Map<string, number>()

  constructor(options: ProduceRequestsOptions) {
    this.#options = options
  }

  /** Where the records go. The cluster knows these topics from then on. */
  async partitionsOf(
    records: readonly PlacedRecord[],
  ): Promise<readonly { readonly topic: string; readonly partitions: readonly number[] }[]> {
    const found = new Map<string, Set<number>>()
    for (const { topic, partition } of records) {
      const partitions = found.get(topic)
      if (partitions) partitions.add(partition)
      else found.set(topic, new Set([partition]))
    }
    await this.#options.know([...found.keys()])
    return [...found].map(([topic, partitions]) => ({ topic, partitions: [...partitions] }))
  }

  /** In order, one round after the other. Throws when a record was not taken. */
  async send(
    producer: ProducerIdentity & { readonly transactionalId: string },
    records: readonly PlacedRecord[],
  ): Promise<void> {
    for (const round of roundsOf(records, this.#options.batchBytes))
      await this.#sendRound(
        producer,
        round.map((messages) => this.#number(messages)),
      )
  }

  /** A leader that moved is looked for. What comes twice has the same sequence number, and is taken once. */
  async #sendRound(
    producer: ProducerIdentity & { readonly transactionalId: string },
    batches: readonly Batch[],
  ): Promise<void> {
    const { cluster, clock } = this.#options
    for (let attempt = 1; ; attempt++) {
      const byLeader = new Map<number, Batch[]>()
      for (const batch of batches) {
        const leader = this.#leaderOf(batch)
        byLeader.set(leader, [...(byLeader.get(leader) ?? []), batch])
      }
      const sent = [...byLeader].map(([leader, of]) => this.#sendTo(leader, producer, of))
      const outcomes = await Promise.allSettled(sent)
      const failed = outcomes.find((outcome) => outcome.status === 'rejected')
      if (!failed) return
      if (attempt === attempts || !isStale(failed.reason)) throw failed.reason
      const ms = firstWaitMs * 2 ** attempt
      await new Promise<void>((resolve) => void clock.after(ms, resolve))
      await refresh(cluster, failed.reason).catch(() => undefined)
    }
  }

  #leaderOf({ topic, partition }: Batch): number {
    const found = this.#options.cluster
      .findTopicPartitionMetadata(topic)
      .find(({ partitionId }) => partitionId === partition)
    return found?.leader ?? -1
  }

  async #sendTo(
    leader: number,
    producer: ProducerIdentity & { readonly transactionalId: string },
    batches: readonly Batch[],
  ): Promise<void> {
    const broker: Broker = await this.#options.cluster.findBroker({ nodeId: leader })
    const topics = new Map<string, Batch[]>()
    for (const batch of batches)
      topics.set(batch.topic, [...(topics.get(batch.topic) ?? []), batch])
    const request = {
      ...producer,
      acks: -1,
      timeout: produceTimeoutMs,
      compression: this.#options.compression,
      topicData: [...topics].map(([topic, partitions]) => ({ topic, partitions })),
    }
    await untilFree(this.#options.clock, () => broker.produce(request))
  }

  #number(messages: readonly PlacedRecord[]): Batch {
    const { topic, partition } = messages[0]!
    const place = placeOf(messages[0]!)
    const firstSequence = this.#next.get(place) ?? 0
    this.#next.set(place, (firstSequence + messages.length) % sequences)
    return { topic, partition, firstSequence, messages }
  }
}

/** One batch of each partition at a time, none larger than `batchBytes` unless a record alone is. */
export const roundsOf = (
  records: readonly PlacedRecord[],
  batchBytes: number,
): readonly (readonly PlacedRecord[][])[] => {
  const batches = new Map<string, { last: PlacedRecord[]; bytes: number; all: PlacedRecord[][] }>()
  for (const record of records) {
    const place = placeOf(record)
    const size = sizeOfRecord(record)
    const known = batches.get(place)
    if (!known) {
      const last = [record]
      batches.set(place, { last, bytes: size, all: [last] })
    } else if (known.bytes + size > batchBytes) {
      known.last = [record]
      known.bytes = size
      known.all.push(known.last)
    } else {
      known.last.push(record)
      known.bytes += size
    }
  }
  const all = [...batches.values()].map((each) => each.all)
  const most = Math.max(0, ...all.map(({ length }) => length))
  return Array.from({ length: most }, (_, round) =>
    all.flatMap((each) => (each[round] ? [each[round]] : [])),
  )
}
