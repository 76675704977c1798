import type { BatchSink } from '../../model/stage.ts'
import type { Node, Topology } from '../../model/topology.ts'
import type {
  CommittedOffset,
  LogConsumer,
  LogEvent,
  LogTransaction,
  RecordLog,
} from '../../ports/record-log.ts'
import type { Item } from './item.ts'

/** Puts something wrong between a process and its log. */
export type TamperLog = (log: RecordLog) => RecordLog
/** Puts something wrong into stages and sinks. */
export type TamperTopology = (topology: Topology) => Topology

/** Replaces functions of every consumer. */
export const tamperConsumers =
  (tamper: (consumer: LogConsumer) => Partial<LogConsumer>): TamperLog =>
  (log) => ({
    ...log,
    join: async (group, topics, delivery) => {
      const joined = await log.join(group, topics, delivery)
      const { poll, pause, resume, commit, readState, leave } = joined
      const consumer = { poll, pause, resume, commit, readState, leave }
      return { ...consumer, ...tamper(consumer) }
    },
  })

/** Commits something else than the engine wanted. A transaction that is sent again stays the same one. */
export const tamperCommits = (change: (transaction: LogTransaction) => LogTransaction): TamperLog =>
  tamperConsumers((consumer) => {
    const changed = new WeakMap<LogTransaction, LogTransaction>()
    return {
      commit: (transaction) => {
        const other = changed.get(transaction) ?? change(transaction)
        changed.set(transaction, other)
        return consumer.commit(other)
      },
    }
  })

export const tamperOffsets = (change: (each: CommittedOffset) => CommittedOffset): TamperLog =>
  tamperCommits((transaction) => ({ ...transaction, offsets: transaction.offsets.map(change) }))

/** Tells the engine something else than the log said. */
export const tamperEvents = (change: (event: LogEvent) => readonly LogEvent[]): TamperLog =>
  tamperConsumers((consumer) => ({
    poll: async (maxWaitMs) => (await consumer.poll(maxWaitMs)).flatMap(change),
  }))

/** Changes what a new owner learns of a partition. */
export const tamperAssigned = (change: (each: CommittedOffset) => CommittedOffset): TamperLog =>
  tamperEvents((event) =>
    event.kind === 'assigned' ? [{ ...event, partitions: event.partitions.map(change) }] : [event],
  )

export const tamperNodes =
  (change: (node: Node) => Node): TamperTopology =>
  (topology) => ({
    ...topology,
    subTopologies: topology.subTopologies.map((part) => ({
      ...part,
      nodes: part.nodes.map(change),
    })),
  })

export const tamperBatchWrites = (
  change: (write: BatchSink<Item>['write']) => BatchSink<Item>['write'],
): TamperTopology =>
  tamperNodes((node) => {
    if (node.kind !== 'sink' || node.sink.kind !== 'batch-sink') return node
    const sink = node.sink as BatchSink<unknown> as BatchSink<Item>
    return { ...node, sink: { ...sink, write: change(sink.write) } as BatchSink<never> }
  })
