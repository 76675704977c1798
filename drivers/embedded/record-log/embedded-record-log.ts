import { join } from 'node:path'
import type { TopicName, TopicPartition } from '../../../topology/model/record.ts'
import type {
  LogConsumer,
  LogTransaction,
  ProduceRecord,
  RecordLog,
  TopicSpec,
} from '../../../topology/ports/record-log.ts'
import { PartitionsDiffer } from '../../../topology/ports/partitions-differ.ts'
import { maxKeyBytes, openEnvironment, type Environment } from '../lmdb/open-environment.ts'
import { createWriteQueue, type WriteQueue } from '../lmdb/write-queue.ts'
import { compactSlice, type CompactOptions } from './compact-partition.ts'
import { createConsumerGroup, type ConsumerGroup, type Member } from './consumer-group.ts'
import { createGroupConsumer } from './group-consumer.ts'
import {
  encodeCommitted,
  encodeOffset,
  latestKey,
  offsetKey,
  openLogTables,
  readCommitted,
  readEpoch,
  readRecords,
  readTopics,
  recordKey,
  stateKey,
  type LogTables,
  type StoredTopic,
} from './log-tables.ts'
import { recordLogDefaults, type EmbeddedRecordLogOptions } from './options.ts'
import { createPartitionEnds } from './partition-ends.ts'
import { partitionFor } from './partition-for.ts'
import { encodeFrame } from './record-frame.ts'

export interface EmbeddedRecordLog extends RecordLog {
  /** Removes superseded records of a compacted topic; offsets keep their gaps. Answers how many went. */
  readonly compact: (topic: TopicName, options?: CompactOptions) => Promise<number>
}

/** Folder of the log inside the data folder. */
export const logPath = (dataDir: string): string => join(dataDir, 'log')

interface Placed {
  readonly topic: StoredTopic
  readonly partition: number
  readonly record: ProduceRecord
}

/**
 * A durable log in one LMDB environment. One process owns it; its consumers are members of groups in this process.
 * Every write is synced to the disk before it is answered, concurrent ones together.
 */
export const createEmbeddedRecordLog = (
  given: EmbeddedRecordLogOptions,
): Promise<EmbeddedRecordLog> => {
  const options = { ...recordLogDefaults, ...given }
  const environment = (options.openEnvironment ?? openEnvironment)(logPath(options.dataDir))
  const tables = openLogTables(environment)
  if (!tables) throw new Error('the tables of the log could not be made')
  return Promise.resolve(logOver(environment, tables, options))
}

const logOver = (
  environment: Environment,
  tables: LogTables,
  options: EmbeddedRecordLogOptions & typeof recordLogDefaults,
): EmbeddedRecordLog => {
  const topics = new Map<TopicName, StoredTopic>(
    readTopics(tables).map((each) => [each.name, each]),
  )
  const ends = createPartitionEnds(tables)
  const groups = new Map<string, ConsumerGroup>()
  const touched = new Set<TopicName>()
  const superseded = new Map<TopicName, number>()
  let closed = false

  const wakeReaders = (): void => {
    for (const group of groups.values())
      for (const member of group.members())
        if (member.topics.some((topic) => touched.has(topic))) member.wake()
    touched.clear()
  }

  const queue: WriteQueue = createWriteQueue({
    environment,
    dependency: 'record-log',
    spacingMs: options.commitSpacingMs,
    onDurable: () => {
      ends.publish()
      wakeReaders()
      compactWhereDue()
    },
    onUndone: ends.undo,
  })

  const topicOf = (name: TopicName): StoredTopic => {
    const topic = topics.get(name)
    if (!topic) throw new Error(`unknown topic ${name}; ensureTopics creates topics`)
    return topic
  }

  const place = (record: ProduceRecord): Placed => {
    const topic = topicOf(record.topic)
    return { topic, partition: partitionFor(record.key, topic.partitions), record }
  }

  const append = ({ topic, partition, record }: Placed): void => {
    const offset = ends.take(topic, partition)
    tables.records.putSync(recordKey(topic.id, partition, offset), encodeFrame(record))
    touched.add(topic.name)
    if (topic.cleanup !== 'compact') return
    const key = latestKey(topic.id, partition, record.key)
    if (tables.latest.doesExist(key))
      superseded.set(topic.name, (superseded.get(topic.name) ?? 0) + 1)
    tables.latest.putSync(key, encodeOffset(offset))
  }

  /** Inside a transaction: stores what is missing or has another clean-up, and answers it. */
  const storeTopics = (specs: readonly TopicSpec[]): readonly StoredTopic[] => {
    const stored = readTopics(tables)
    let lastId = Math.max(0, ...stored.map((each) => each.id))
    return specs.map((spec) => {
      const known = stored.find((each) => each.name === spec.name)
      if (known && known.partitions !== spec.partitions)
        throw new PartitionsDiffer(spec.name, known.partitions, spec.partitions)
      const { name, partitions, cleanup } = spec
      const topic = { id: known?.id ?? ++lastId, name, partitions, cleanup }
      tables.topics.putSync(Buffer.from(name), Buffer.from(JSON.stringify(topic)))
      return topic
    })
  }

  const writeState = (group: string, transaction: LogTransaction): void => {
    for (const { key, value } of transaction.state) {
      if (value === null) tables.state.removeSync(stateKey(group, key))
      else tables.state.putSync(stateKey(group, key), value)
    }
    for (const { topic, partition, offset, metadata } of transaction.offsets)
      tables.offsets.putSync(offsetKey(group, topic, partition), encodeCommitted(offset, metadata))
  }

  const commit = async (
    group: string,
    transaction: LogTransaction,
    allowed: () => boolean,
  ): Promise<'committed' | 'fenced'> => {
    const outputs = transaction.outputs.map(place)
    for (const { key } of transaction.state)
      if (stateKey(group, key).length > maxKeyBytes)
        throw new RangeError('a state key is longer than the log can hold')
    return queue.write(() => {
      if (!allowed()) return 'fenced'
      outputs.forEach(append)
      writeState(group, transaction)
      return 'committed'
    })
  }

  const groupOf = (name: string): ConsumerGroup => {
    const known = groups.get(name)
    if (known) return known
    const group = createConsumerGroup({
      clock: options.clock,
      rebalanceTimeoutMs: options.rebalanceTimeoutMs,
      epoch: readEpoch(tables, name),
      persist: (epoch) =>
        queue.write(() => {
          tables.groups.putSync(Buffer.from(name), encodeOffset(epoch))
        }),
      partitionsOf: (topic) => topicOf(topic).partitions,
      locate: ({ topic, partition }) => {
        const committed = readCommitted(tables, name)
        const found = committed.find((each) => each.topic === topic && each.partition === partition)
        return found ?? { topic, partition, offset: 0, metadata: '' }
      },
    })
    groups.set(name, group)
    return group
  }

  const join = (name: string, subscribed: readonly TopicName[]): LogConsumer => {
    for (const topic of subscribed) topicOf(topic)
    const group = groupOf(name)
    const member: Member = {
      topics: subscribed,
      phase: 'idle',
      owned: [],
      assignment: { epoch: 0, partitions: [] },
      wake: () => undefined,
    }
    group.join(member)
    return createGroupConsumer({
      clock: options.clock,
      group,
      member,
      limit: { records: options.maxPollRecords, bytes: options.maxPollBytes },
      read: ({ topic, partition }, offset, limit) => {
        const stored = topicOf(topic)
        return offset < ends.durable(stored, partition)
          ? readRecords(tables, stored.id, partition, offset, limit)
          : { records: [], bytes: 0 }
      },
      write: (transaction, allowed) => commit(name, transaction, allowed),
      barrier: () => queue.write(() => undefined),
      readState: (key) => tables.state.get(stateKey(name, key)),
      closed: () => closed,
    })
  }

  const compact = async (name: TopicName, how: CompactOptions = {}): Promise<number> => {
    const topic = topicOf(name)
    if (topic.cleanup !== 'compact') return 0
    superseded.delete(name)
    let removed = 0
    for (let partition = 0; partition < topic.partitions; partition++) {
      let from: number | undefined = 0
      while (from !== undefined && !closed) {
        const start: number = from
        const slice = await queue.write(() => compactSlice(tables, topic, partition, start, how))
        removed += slice.removed
        from = slice.next
      }
    }
    return removed
  }

  const compactWhereDue = (): void => {
    for (const [name, count] of superseded)
      // A full disk shows itself to whoever writes next; a compaction that did not happen loses nothing.
      if (count >= options.compactAfter && !closed) compact(name).catch(() => undefined)
  }

  const readAt = ({ topic, partition }: TopicPartition, offset: number, limit: number) =>
    readRecords(tables, topicOf(topic).id, partition, offset, { records: limit, bytes: Infinity })

  return {
    atomicCommit: true,
    ensureTopics: async (specs) => {
      const stored = await queue.write(() => storeTopics(specs))
      for (const topic of stored) topics.set(topic.name, topic)
    },
    produce: async (records) => {
      const placed = records.map(place)
      await queue.write(() => placed.forEach(append))
    },
    join: async (group, subscribed) => join(group, subscribed),
    ends: async (name) => {
      const topic = topicOf(name)
      return Array.from({ length: topic.partitions }, (_, partition) =>
        ends.durable(topic, partition),
      )
    },
    committed: async (group) => readCommitted(tables, group),
    read: async (partition, offset, limit) => readAt(partition, offset, limit).records,
    compact,
    close: async () => {
      if (closed) return
      closed = true
      for (const group of groups.values()) group.close()
      await queue.close()
      await environment.close()
    },
  }
}
