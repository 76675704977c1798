import type { TopicName, TopicPartition } from '../model/record.ts'
import type {
  CommittedOffset,
  Delivery,
  LogConsumer,
  LogRecord,
  LogTransaction,
  ProduceRecord,
  RecordLog,
  TopicSpec,
} from '../ports/record-log.ts'
import type { Clock } from '../ports/clock.ts'
import { noFaults, type LogFaults } from './log-faults.ts'
import { SimulatedConsumer } from './simulated-consumer.ts'
import { SimulatedGroup } from './simulated-group.ts'
import { SimulatedPartition } from './simulated-partition.ts'
import { SimulatedProcess } from './simulated-process.ts'
import {
  SimulatedTransactions,
  type SimulatedTransaction,
  type TransactionFlaw,
} from './simulated-transactions.ts'

export interface SimulatedLogOptions {
  /** False: a commit writes outputs first and offsets a moment later, as Kafka does without transactions. */
  readonly atomicCommit: boolean
  /** A member that does not poll for so long is taken for gone, milliseconds. */
  readonly sessionMs: number
  readonly rebalanceMs: number
  /** Most records of one partition in one poll. */
  readonly maxPollRecords: number
  /** Offsets to leave out before the next record. */
  readonly offsetGap: () => number
  readonly observer: LogObserver
  /** A transaction that is open for so long is given up, milliseconds. */
  readonly transactionMs: number
  readonly flaw: TransactionFlaw | undefined
}

/** Sees what happens in the log, at the moment it becomes durable. */
export interface LogObserver {
  readonly appended?: (topic: TopicName, partition: number, record: LogRecord) => void
  /** A member asks for a commit; `held` is false when it has given the partitions of that epoch up. */
  readonly attempted?: (group: string, transaction: LogTransaction, held: boolean) => void
  /** Offsets and state took effect; outputs did before. */
  readonly committed?: (group: string, transaction: LogTransaction) => void
  /** The member that asked for it learns that it took effect. */
  readonly answered?: (group: string, transaction: LogTransaction) => void
}

const defaults: SimulatedLogOptions = {
  atomicCommit: true,
  sessionMs: 10_000,
  rebalanceMs: 3_000,
  maxPollRecords: 500,
  offsetGap: () => 0,
  observer: {},
  transactionMs: 60_000,
  flaw: undefined,
}

/**
 * A record log in memory, in virtual time, with consumer groups that rebalance eagerly. It is itself a connection that
 * never fails; `connect` gives one to a process that may freeze and crash, with the faults it is to meet.
 */
export class SimulatedRecordLog implements RecordLog {
  readonly clock: Clock
  readonly options: SimulatedLogOptions
  readonly #topics = new Map<TopicName, readonly SimulatedPartition[]>()
  readonly #groups = new Map<string, SimulatedGroup>()
  readonly transactions: SimulatedTransactions
  readonly #own: RecordLog

  constructor(clock: Clock, options: Partial<SimulatedLogOptions> = {}) {
    this.clock = clock
    this.options = { ...defaults, ...options }
    this.transactions = new SimulatedTransactions(clock, this.options, (each) => this.#ended(each))
    this.#own = this.connect(new SimulatedProcess('own', clock))
  }

  get atomicCommit(): boolean {
    return this.options.atomicCommit
  }

  readonly ensureTopics = (topics: readonly TopicSpec[]) => this.#own.ensureTopics(topics)
  readonly produce = (records: readonly ProduceRecord[]) => this.#own.produce(records)
  readonly join = (group: string, topics: readonly TopicName[], delivery?: Delivery) =>
    this.#own.join(group, topics, delivery)
  readonly ends = (topic: TopicName) => this.#own.ends(topic)
  readonly committed = (group: string) => this.#own.committed(group)
  readonly read = (partition: TopicPartition, offset: number, limit: number) =>
    this.#own.read(partition, offset, limit)
  readonly close = () => this.#own.close()

  /** What a process sees of the log. */
  connect(process: SimulatedProcess, faults: LogFaults = noFaults): RecordLog {
    const answer = <T>(work: () => T): Promise<T> =>
      new Promise((resolve, reject) => {
        process.deliver(() => {
          try {
            resolve(work())
          } catch (error) {
            reject(error as Error)
          }
        })
      })
    return {
      atomicCommit: this.options.atomicCommit,
      ensureTopics: (topics) => answer(() => topics.forEach((topic) => this.#ensure(topic))),
      produce: (records) => answer(() => this.append(records)),
      join: (group, topics, delivery) =>
        answer((): LogConsumer => {
          const transactional = delivery === 'exactly-once' && !this.options.atomicCommit
          return new SimulatedConsumer(this, { group, topics, transactional }, process, faults)
        }),
      ends: (topic) => answer(() => this.partitions(topic).map((each) => each.stable)),
      committed: (group) => answer((): readonly CommittedOffset[] => this.group(group).committed),
      read: ({ topic, partition }, offset, limit) =>
        answer(() => this.partitions(topic)[partition]?.from(offset, limit) ?? []),
      close: () => answer(() => {}),
    }
  }

  group(name: string): SimulatedGroup {
    const known = this.#groups.get(name)
    if (known) return known
    const group = new SimulatedGroup(
      this.clock,
      this.options,
      (topic) => this.partitions(topic).length,
    )
    this.#groups.set(name, group)
    return group
  }

  partitions(topic: TopicName): readonly SimulatedPartition[] {
    const partitions = this.#topics.get(topic)
    if (!partitions) throw new Error(`no topic ${topic}`)
    return partitions
  }

  /** Everything in a topic, by partition, then offset. */
  all(topic: TopicName): readonly { readonly partition: number; readonly record: LogRecord }[] {
    return this.partitions(topic).flatMap((each, partition) =>
      each.from(0, Infinity).map((record) => ({ partition, record })),
    )
  }

  append(records: readonly ProduceRecord[]): void {
    for (const record of records) {
      const { topic } = record
      const partitions = this.partitions(topic)
      const partition = hashOf(record.key) % partitions.length
      const stored = partitions[partition]!.append(record, this.options.offsetGap())
      this.options.observer.appended?.(topic, partition, stored)
    }
    if (records.length > 0) for (const group of this.#groups.values()) group.wakeAll()
  }

  /** Writes what nobody sees before the transaction is committed. */
  hold(records: readonly ProduceRecord[], of: SimulatedTransaction): void {
    for (const { topic, ...record } of records) {
      const partitions = this.partitions(topic)
      const partition = hashOf(record.key) % partitions.length
      const stored = partitions[partition]!.hold(record, this.options.offsetGap(), of)
      of.records.push({ topic, partition, record: stored })
    }
  }

  #ended(transaction: SimulatedTransaction): void {
    const { records, state } = transaction
    for (const place of new Set(records.map(({ topic, partition }) => `${topic}/${partition}`))) {
      const at = place.lastIndexOf('/')
      const topic = place.slice(0, at) as TopicName
      this.partitions(topic)[Number(place.slice(at + 1))]!.mark(transaction)
    }
    if (state === 'committed')
      for (const { topic, partition, record } of records)
        this.options.observer.appended?.(topic, partition, record)
    if (records.length > 0) for (const group of this.#groups.values()) group.wakeAll()
  }

  #ensure({ name, partitions }: TopicSpec): void {
    const known = this.#topics.get(name)
    if (!known) {
      this.#topics.set(
        name,
        Array.from({ length: partitions }, () => new SimulatedPartition()),
      )
    } else if (known.length !== partitions) {
      throw new Error(`topic ${name} has ${known.length} partitions, not ${partitions}`)
    }
  }
}

/** FNV-1a. */
const hashOf = (key: Uint8Array): number => {
  let hash = 0x811c9dc5
  for (const byte of key) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
