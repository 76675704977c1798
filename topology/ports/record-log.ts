import type { StateWrite } from '../model/outcome.ts'
import type { Headers, TopicName, TopicPartition } from '../model/record.ts'

/**
 * How often what a commit writes to topics and state becomes visible. `at-least-once`: a crash between outputs and offsets
 * repeats the outputs. `exactly-once`: outputs, state and offsets become visible together or never.
 */
export type Delivery = 'at-least-once' | 'exactly-once'

/**
 * A multi-partition durable log with consumer groups. Whoever reads sees nothing of a commit that has not taken effect, so
 * offsets have gaps where such a commit was given up.
 */
export interface RecordLog {
  /**
   * True when every {@link LogConsumer.commit} makes outputs, state and offsets durable in one atomic step. Otherwise only
   * those of members that joined for `exactly-once` are atomic, and each names one partition.
   */
  readonly atomicCommit: boolean
  /** Most bytes of key and value of a record that is produced; any when left out. */
  readonly maxRecordBytes?: number
  /** Creates what is missing. Throws when a topic exists with another partition count. */
  readonly ensureTopics: (topics: readonly TopicSpec[]) => Promise<void>
  /** Appends; durable once resolved. Records of one call and one key keep their order. */
  readonly produce: (records: readonly ProduceRecord[]) => Promise<void>
  /** Joins a consumer group, for `at-least-once` when left out. Partitions come by {@link LogConsumer.poll}. */
  readonly join: (
    group: string,
    topics: readonly TopicName[],
    delivery?: Delivery,
  ) => Promise<LogConsumer>
  /** Where what can be read ends, by partition: before the outputs of a commit under way. */
  readonly ends: (topic: TopicName) => Promise<readonly number[]>
  /** What the group has committed, for inspection. Partitions never committed are absent. */
  readonly committed: (group: string) => Promise<readonly CommittedOffset[]>
  /** Records from `offset` on, at most `limit`, for inspection. */
  readonly read: (
    partition: TopicPartition,
    offset: number,
    limit: number,
  ) => Promise<readonly LogRecord[]>
  readonly close: () => Promise<void>
}

export interface TopicSpec {
  readonly name: TopicName
  readonly partitions: number
  readonly cleanup: 'delete' | 'compact'
}

export interface ProduceRecord {
  readonly topic: TopicName
  /** Decides the partition. */
  readonly key: Uint8Array
  /** Null is a tombstone, for compacted topics. */
  readonly value: Uint8Array | null
  /** When it was made or asked for, epoch milliseconds. Logs may put the time of its arrival in its place. */
  readonly timestamp: number
  readonly headers: Headers
}

export interface LogRecord {
  readonly offset: number
  readonly key: Uint8Array
  readonly value: Uint8Array | null
  readonly timestamp: number
  readonly headers: Headers
}

/**
 * One member of a consumer group. An `epoch` numbers its assignments and only grows; whatever belongs to an earlier
 * epoch is stale. After a `revoked` event the member may still commit what it has until it polls again: the next poll
 * gives the partitions up.
 */
export interface LogConsumer {
  /** What happened since the last call; waits at most `maxWaitMs` for something. */
  readonly poll: (maxWaitMs: number) => Promise<readonly LogEvent[]>
  readonly pause: (partitions: readonly TopicPartition[]) => void
  readonly resume: (partitions: readonly TopicPartition[]) => void
  /**
   * These offsets of a partition of the assignment, growing, are done: as if nothing stood there, they need not be given, and
   * may be. Until the partition is assigned anew.
   */
  readonly passOver?: (partition: TopicPartition, offsets: readonly number[]) => void
  /**
   * Makes outputs, state and offsets durable, atomically where the log can; otherwise outputs first. Answers `fenced`,
   * and does nothing, when the epoch is no longer the group's. Throws a `Fault` when the log is away; the same transaction
   * object may then come again, and an atomic log must apply it once.
   *
   * After `fenced` no commit of that epoch and partition takes effect.
   *
   * For `exactly-once`, `fenced` also means that the member must be assigned anew before it knows what was committed: it
   * is told by a `revoked` event. Of two members that hold one partition, however that came about, only the one that it
   * was assigned to last can commit. Transactions of different partitions may be under way at once.
   */
  readonly commit: (transaction: LogTransaction) => Promise<'committed' | 'fenced'>
  /** State of the group as of the last commit. */
  readonly readState: (key: string) => Uint8Array | undefined
  /** Leaves the group. What is not committed comes again to whoever takes over. */
  readonly leave: () => Promise<void>
}

export type LogEvent =
  | {
      readonly kind: 'assigned'
      readonly epoch: number
      readonly partitions: readonly AssignedPartition[]
    }
  | { readonly kind: 'revoked'; readonly partitions: readonly TopicPartition[] }
  | {
      readonly kind: 'records'
      readonly epoch: number
      readonly partition: TopicPartition
      readonly records: readonly LogRecord[]
    }
  | {
      /** Nothing more is to be read before `next`: what stood there was given up, or is a mark of the log's own. */
      readonly kind: 'passed'
      readonly epoch: number
      readonly partition: TopicPartition
      readonly next: number
    }

export interface AssignedPartition extends TopicPartition {
  /** Next offset to be read: the committed one, or the beginning. */
  readonly offset: number
  /** Commit metadata, well-formed Unicode; empty when never committed. */
  readonly metadata: string
}

export interface CommittedOffset extends AssignedPartition {}

export interface LogTransaction {
  readonly epoch: number
  readonly outputs: readonly ProduceRecord[]
  readonly state: readonly StateWrite[]
  readonly offsets: readonly CommittedOffset[]
}

/** Most UTF-16 units of commit metadata: what Kafka allows by default. */
export const maxMetadataLength = 4096
