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
import { createAtLeastOnceCommit } from './commit-at-least-once.ts'
import { createExactlyOnceCommit } from './commit-exactly-once.ts'
import type { Standing } from './committing.ts'
import { createFetcher, type Taken } from './fetcher.ts'
import type { Cluster } from './kafkajs.ts'
import { locatePartitions } from './locate-partitions.ts'
import { createMembership, Lost } from './membership.ts'
import type { Names } from './names.ts'
import type { ResolvedKafkaOptions } from './options.ts'
import { partitionsRaised } from './partition-counts.ts'
import { createPolling } from './polling.ts'
import { boundsOf, type Place, type Reader } from './reader.ts'
import { createStateStore, type StateStore } from './state-store.ts'
import { Fenced } from './transactional-producer.ts'
import type { Transactions } from './transactions.ts'

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

interface Assignment extends Standing {
  readonly epoch: number
  readonly partitions: readonly AssignedPartition[]
}

const keyOf = ({ topic, partition }: TopicPartition): string => `${topic}/${partition}`

export const createGroupConsumer = (given: GroupConsumerOptions): LogConsumer => {
  const { options, cluster, names, where, transactions } = given
  const { clock, notice } = options
  const group = names.group(given.group)
  const state = createStateStore(given.reader, names.state(given.group))
  let phase: Phase = 'joining'
  let assignment: Assignment | undefined
  let lastEpoch = 0
  let failure: Error | undefined
  const polling = createPolling(clock, () => next())

  const become = (next: Phase): void => {
    if (phase === 'left') return
    phase = next
    polling.wake()
  }

  const fail = (error: Error): void => {
    failure = error
    polling.wake()
  }

  const joinAgain = (): void => {
    assignment = undefined
    fetcher.stop()
    become('joining')
    membership.join()
  }

  /** Otherwise all is over: partitions that came while running would be read from their start, out of order. */
  const countsHold = (): boolean => {
    const fault = partitionsRaised(cluster, given.counts, where)
    if (fault && !failure) fail(fault)
    return !fault
  }

  const stable = transactions !== undefined
  const located = { clock, notice, cluster, names, where, group, stable }

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
      fetcher.warmUp(generation.places)
      const owned = [...new Set(generation.places.map((each) => each.partition))]
      const [partitions] = await Promise.all([
        locatePartitions({ ...located, generation, coordinator }),
        state.restore(owned, generation.id, wanted),
      ])
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
    onRecords: polling.wake,
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

  const next = (): readonly LogEvent[] => {
    if (phase === 'left') throw new Error('the consumer has left its group')
    if (failure) throw failure
    return step()
  }

  /** What a commit may go under: the assignment it names, while this member has all of its partitions. */
  const standing = ({ epoch, offsets }: LogTransaction): Assignment | undefined => {
    const mayCommit = phase === 'owning' || phase === 'revoking' || phase === 'revoked'
    if (!mayCommit || assignment?.epoch !== epoch) return undefined
    const owned = new Set(assignment.partitions.map(keyOf))
    return offsets.every((each) => owned.has(keyOf(each))) ? assignment : undefined
  }

  /** Only a new assignment tells what was committed. */
  const letGo = ({ epoch }: LogTransaction): void => {
    if (assignment?.epoch === epoch && phase === 'owning') become('lost')
  }

  const committing = { ...given, clock, membership, state, standing }
  const commit = transactions
    ? createExactlyOnceCommit({ ...committing, transactions, lingerMs: options.lingerMs })
    : createAtLeastOnceCommit(committing)

  membership.join()

  return {
    poll: polling.poll,
    pause: (partitions) => {
      for (const each of partitions) fetcher.pause({ ...each, topic: names.topic(each.topic) })
    },
    resume: (partitions) => {
      for (const each of partitions) fetcher.resume({ ...each, topic: names.topic(each.topic) })
    },
    passOver: ({ topic, partition }, offsets) =>
      fetcher.passOver({ topic: names.topic(topic), partition }, offsets),
    commit: async (transaction) => {
      const long = transaction.offsets.find((each) => each.metadata.length > maxMetadataLength)
      if (long) throw new RangeError(`commit metadata is longer than ${maxMetadataLength} units`)
      try {
        const answer = await commit(transaction)
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
      polling.wake()
      await membership.leave()
      await cluster.disconnect()
      // What was under way may have connected again.
      await Promise.all([fetcher.ended(), membership.ended(), transactions?.close()])
      await cluster.disconnect()
    },
  }
}
