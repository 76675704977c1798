import type { TopicName, TopicPartition } from '../../topology/model/record.ts'
import type { StateWrite } from '../../topology/model/outcome.ts'
import {
  maxMetadataLength,
  type AssignedPartition,
  type LogConsumer,
  type LogEvent,
  type LogTransaction,
  type ProduceRecord,
} from '../../topology/ports/record-log.ts'
import type { Permit, PlacedRecord } from './batching-producer.ts'
import { committedOffsets } from './committed-offsets.ts'
import { createFetcher, type Taken } from './fetcher.ts'
import type { Broker, Cluster } from './kafkajs.ts'
import { createMembership, Lost, type Generation } from './membership.ts'
import type { Names } from './names.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionsRaised } from './partition-counts.ts'
import { boundsOf, type Place, type Reader } from './reader.ts'
import { createStateStore, type StateStore } from './state-store.ts'
import { Fenced, type TransactionWork } from './transactional-producer.ts'
import type { Transactions } from './transactions.ts'
import { untilFree } from './until-free.ts'
import { fetchStableOffsets, txnOffsetCommit } from './wire/transaction-requests.ts'

export interface GroupConsumerOptions {
  readonly options: ResolvedKafkaOptions
  readonly cluster: Cluster
  readonly names: Names
  /** For the state, whose topic need not be there. */
  readonly reader: Reader
  readonly group: string
  readonly topics: readonly TopicName[]
  /** Partitions of each topic, by the cluster's name, as they were on joining. */
  readonly counts: ReadonlyMap<string, number>
  readonly where: string
  readonly produce: (records: readonly PlacedRecord[], permit: Permit) => Promise<void>
  /** Where outputs and state go. */
  readonly place: (records: readonly ProduceRecord[]) => Promise<readonly PlacedRecord[]>
  readonly placeState: (
    group: string,
    writes: readonly StateWrite[],
    headersOf: StateStore['headersOf'],
  ) => Promise<readonly PlacedRecord[]>
  /** Given for exactly-once. */
  readonly transactions: Transactions | undefined
}

/**
 * Where a member stands:
 * - `joining`: owns nothing; the group is asked for partitions in the background;
 * - `assigned`: has partitions that it has not been told of yet;
 * - `owning`: works on its partitions;
 * - `revoking`: must be told that they are going;
 * - `revoked`: has been told, may still commit; its next poll joins again;
 * - `lost`: the group went on without it; must be told;
 * - `left`.
 */
type Phase = 'joining' | 'assigned' | 'owning' | 'revoking' | 'revoked' | 'lost' | 'left'

interface Assignment {
  readonly epoch: number
  readonly generation: Generation
  readonly partitions: readonly AssignedPartition[]
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

export const createGroupConsumer = (given: GroupConsumerOptions): LogConsumer => {
  const { options, cluster, names, where, transactions } = given
  const { clock, notice } = options
  const group = names.group(given.group)
  const state = createStateStore(given.reader, names.state(given.group))
  /** Outputs and state of these are durable: a commit that comes again only needs its offsets. */
  const written = new WeakSet<LogTransaction>()
  let phase: Phase = 'joining'
  let assignment: Assignment | undefined
  let lastEpoch = 0
  let failure: Error | undefined
  let wake: () => void = () => undefined
  let polling = false

  const become = (next: Phase): void => {
    if (phase === 'left') return
    phase = next
    wake()
  }

  const fail = (error: Error): void => {
    failure = error
    wake()
  }

  const joinAgain = (): void => {
    assignment = undefined
    fetcher.stop()
    become('joining')
    membership.join()
  }

  /** The next offset of every partition and the note that was committed with it. */
  const locate = async (
    generation: Generation,
    coordinator: Broker,
  ): Promise<readonly AssignedPartition[]> => {
    const { places } = generation
    if (places.length === 0) return []
    const grouped = groupByTopic(places)
    const topics = [...grouped].map(([topic, partitions]) => ({ topic, partitions }))
    const fetchStable = transactions && fetchStableOffsets
    const asked = { clock, coordinator, groupId: group, generation, topics, fetchStable }
    const found = await committedOffsets(asked)
    const committed = new Map(
      found.flatMap(({ topic, partitions }) =>
        partitions.map((each) => [keyOf({ ...each, topic: topic as TopicName }), each] as const),
      ),
    )
    const bounds = new Map(
      await Promise.all(
        topics.map(async ({ topic }) => [topic, await boundsOf(cluster, topic)] as const),
      ),
    )
    return places.flatMap((place) => {
      const topic = names.ours(place.topic)
      if (topic === undefined) return []
      const found = committed.get(`${place.topic}/${place.partition}`)
      const { start = 0, end = 0 } = bounds.get(place.topic)?.[place.partition] ?? {}
      const offset = Number(found?.offset ?? -1)
      const at = { topic, partition: place.partition }
      if (offset < 0) return [{ ...at, offset: start, metadata: '' }]
      if (offset > end)
        notice(
          `${where}: ${place.topic}/${place.partition} was committed up to ${offset}, but ends at ${end}; it is read from ${start}`,
        )
      else if (offset < start)
        notice(
          `${where}: ${place.topic}/${place.partition} has lost the records ${offset} to ${start} before they were read; its retention is too short`,
        )
      else return [{ ...at, offset, metadata: found?.metadata ?? '' }]
      return [{ ...at, offset: start, metadata: '' }]
    })
  }

  /** Otherwise all is over: partitions that came while running would be read from their start, out of order. */
  const countsHold = (): boolean => {
    const fault = partitionsRaised(cluster, given.counts, where)
    if (fault && !failure) fail(fault)
    return !fault
  }

  const membership = createMembership({
    ...options,
    cluster,
    group,
    where,
    topics: given.topics.map(names.topic),
    prepare: async (generation, coordinator, wanted) => {
      if (!countsHold()) return
      // Before anything is read: who was fenced can change nothing any more.
      await transactions?.takeOver(generation.places, wanted)
      const owned = [...new Set(generation.places.map((each) => each.partition))]
      await state.restore(owned, generation.id, wanted)
      const partitions = await locate(generation, coordinator)
      const epoch = Math.max(lastEpoch + 1, generation.id)
      if (wanted()) assignment = { epoch, generation, partitions }
    },
    onJoined: () => become('assigned'),
    onRebalance: () => {
      const nothingToGive = phase === 'owning' && assignment?.partitions.length === 0
      if (phase === 'joining' || phase === 'assigned' || nothingToGive) joinAgain()
      else if (phase === 'owning') become('revoking')
    },
    onLost: () => {
      const nothingToGive = assignment?.partitions.length === 0
      if (phase === 'joining' || phase === 'assigned' || nothingToGive) joinAgain()
      else if (phase !== 'revoked') become('lost')
    },
    onFailure: fail,
  })

  const fetcher = createFetcher({
    ...options,
    cluster,
    where,
    mayFetch: countsHold,
    onRecords: () => wake(),
    onFailure: fail,
    onOutOfRange: async ({ topic, partition }, offset) => {
      const { start = 0, end = 0 } = (await boundsOf(cluster, topic))[partition] ?? {}
      if (offset < start)
        notice(
          `${where}: ${topic}/${partition} has lost the records ${offset} to ${start} before they were read; its retention is too short`,
        )
      if (offset < start) return start
      // The topic was made anew, or lost its end: only a new assignment may go back.
      if (offset > end && phase === 'owning') become('lost')
      return undefined
    },
  })

  const takeAssignment = ({ epoch, partitions }: Assignment): LogEvent => {
    lastEpoch = epoch
    phase = 'owning'
    fetcher.start(partitions.map((each) => ({ ...each, topic: names.topic(each.topic) })))
    return { kind: 'assigned', epoch, partitions }
  }

  const revoked = (): readonly LogEvent[] => {
    const partitions = (assignment?.partitions ?? []).map(({ topic, partition }) => ({
      topic,
      partition,
    }))
    return partitions.length > 0 ? [{ kind: 'revoked', partitions }] : []
  }

  const oursOf = ({ topic, partition }: Place): TopicPartition => ({
    topic: names.ours(topic)!,
    partition,
  })

  const recordsOf = (epoch: number): readonly LogEvent[] => [
    ...fetcher.take(options.maxPollRecords).map(({ place, records }: Taken): LogEvent => {
      return { kind: 'records', epoch, partition: oursOf(place), records }
    }),
    ...fetcher.passed().map(({ next, ...place }): LogEvent => {
      return { kind: 'passed', epoch, partition: oursOf(place), next }
    }),
  ]

  const step = (): readonly LogEvent[] => {
    switch (phase) {
      case 'joining':
      case 'left':
        return []
      case 'assigned':
        return assignment ? [takeAssignment(assignment), ...recordsOf(assignment.epoch)] : []
      case 'owning':
        return assignment ? recordsOf(assignment.epoch) : []
      case 'revoking':
        fetcher.stop()
        phase = 'revoked'
        return revoked()
      case 'lost': {
        const events = revoked()
        joinAgain()
        return events
      }
      case 'revoked':
        joinAgain()
        return []
    }
  }

  const news = (): Promise<void> =>
    new Promise((resolve) => {
      wake = () => {
        wake = () => undefined
        resolve()
      }
    })

  const next = (): readonly LogEvent[] => {
    if (phase === 'left') throw new Error('the consumer has left its group')
    if (failure) throw failure
    return step()
  }

  /** One timer, not a deadline: the time of day may be set back meanwhile. */
  const poll = async (maxWaitMs: number): Promise<readonly LogEvent[]> => {
    let events = next()
    if (events.length > 0 || maxWaitMs <= 0) return events
    let over = false
    const cancel = clock.after(maxWaitMs, () => {
      over = true
      wake()
    })
    try {
      while (events.length === 0 && !over) {
        await news()
        events = next()
      }
      return events
    } finally {
      cancel()
    }
  }

  /** What a commit may go under: the assignment it names, while this member has all of its partitions. */
  const standing = ({ epoch, offsets }: LogTransaction): Assignment | undefined => {
    const mayCommit = phase === 'owning' || phase === 'revoking' || phase === 'revoked'
    if (!mayCommit || assignment?.epoch !== epoch) return undefined
    const owned = new Set(assignment.partitions.map(keyOf))
    return offsets.every((each) => owned.has(keyOf(each))) ? assignment : undefined
  }

  const offsetTopics = ({ offsets }: LogTransaction) => {
    const grouped = new Map<string, { partition: number; offset: string; metadata: string }[]>()
    for (const { topic, partition, offset, metadata } of offsets) {
      const name = names.topic(topic)
      const partitions = grouped.get(name) ?? []
      grouped.set(name, partitions)
      partitions.push({ partition, offset: String(offset), metadata })
    }
    return [...grouped].map(([topic, partitions]) => ({ topic, partitions }))
  }

  /**
   * Outputs, then state, then offsets: after a crash in between the record comes again, and what it wrote is there. Who
   * has not been heard of for a while asks first whether it is still a member, and asks again when its records have waited
   * for their turn, so that a process that was frozen writes nothing.
   */
  const commit = async (transaction: LogTransaction): Promise<'committed' | 'fenced'> => {
    const under = standing(transaction)
    if (!under) return 'fenced'
    if (!written.has(transaction)) {
      await membership.confirm(under.generation)
      const permit = (): Promise<void> | undefined => membership.permit(under.generation)
      await given.produce(await given.place(transaction.outputs), permit)
      if (transaction.state.length > 0) {
        const { group: of } = given
        await given.produce(await given.placeState(of, transaction.state, state.headersOf), permit)
      }
      written.add(transaction)
    }
    if (standing(transaction) !== under) return 'fenced'
    if (transaction.offsets.length > 0)
      await membership.commit(under.generation, offsetTopics(transaction))
    if (standing(transaction) === under) state.apply(transaction.state)
    return 'committed'
  }

  /** Only a new assignment tells what was committed. */
  const letGo = ({ epoch }: LogTransaction): void => {
    if (assignment?.epoch === epoch && phase === 'owning') become('lost')
  }

  /**
   * All of it in one transaction of the producer of its partition. The group refuses the offsets of whoever is no member of
   * the generation any more, and the brokers everything of a producer that another came after.
   */
  const commitExactlyOnce = async (
    by: Transactions,
    transaction: LogTransaction,
  ): Promise<'committed' | 'fenced'> => {
    const [at, ...others] = transaction.offsets
    if (!at || others.length > 0)
      throw new RangeError('an exactly-once transaction names the offset of one partition')
    const under = standing(transaction)
    if (!under) return 'fenced'
    const { generation } = under
    await membership.confirm(generation)
    const outputs = await given.place(transaction.outputs)
    const written = await given.placeState(given.group, transaction.state, state.headersOf)
    if (standing(transaction) !== under) return 'fenced'
    const { id: generationId, memberId } = generation
    const topics = offsetTopics(transaction)
    const sendOffsets: TransactionWork['sendOffsets'] = (producer) =>
      membership.ask(generation, (coordinator, groupId) =>
        untilFree(clock, () =>
          txnOffsetCommit(coordinator, { ...producer, groupId, generationId, memberId, topics }),
        ),
      )
    const work = { records: [...outputs, ...written], sendOffsets }
    await by.commit({ topic: names.topic(at.topic), partition: at.partition }, work, transaction)
    return 'committed'
  }

  membership.join()

  return {
    poll: async (maxWaitMs) => {
      if (polling) throw new Error('poll is called again before the last poll came back')
      polling = true
      try {
        return await poll(maxWaitMs)
      } finally {
        polling = false
      }
    },
    pause: (partitions) => {
      for (const each of partitions) fetcher.pause({ ...each, topic: names.topic(each.topic) })
    },
    resume: (partitions) => {
      for (const each of partitions) fetcher.resume({ ...each, topic: names.topic(each.topic) })
    },
    commit: async (transaction) => {
      const long = transaction.offsets.find((each) => each.metadata.length > maxMetadataLength)
      if (long) throw new RangeError(`commit metadata is longer than ${maxMetadataLength} units`)
      try {
        if (!transactions) return await commit(transaction)
        const answer = await commitExactlyOnce(transactions, transaction)
        if (answer === 'committed' && standing(transaction)) state.apply(transaction.state)
        return answer
      } catch (error) {
        if (error instanceof Fenced) letGo(transaction)
        if (error instanceof Lost || error instanceof Fenced) return 'fenced'
        throw error
      }
    },
    readState: state.get,
    leave: async () => {
      if (phase === 'left') return
      phase = 'left'
      fetcher.stop()
      wake()
      await membership.leave()
      await cluster.disconnect()
      // What was under way may have connected again.
      await Promise.all([fetcher.ended(), membership.ended(), transactions?.close()])
      await cluster.disconnect()
    },
  }
}

const groupByTopic = (places: readonly Place[]): Map<string, Place[]> => {
  const grouped = new Map<string, Place[]>()
  for (const place of places) grouped.set(place.topic, [...(grouped.get(place.topic) ?? []), place])
  return grouped
}
