import type { Failure } from '../model/failure.ts'
import type { Facts, StateWrite } from '../model/outcome.ts'
import type { StreamRecord } from '../model/record.ts'
import type { LogRecord, ProduceRecord } from '../ports/record-log.ts'
import type { RecordTask } from './record-task.ts'
import type { TopicSinkStep } from './plan.ts'

/** What goes to a topic while it comes into being. */
export interface PendingStream {
  readonly values: AsyncIterable<unknown>
  readonly sinks: readonly TopicSinkStep[]
}

/** A value on its way to a sink. */
export interface PendingWrite {
  readonly sink: string
  readonly value: unknown
}

/** A failure with the stage it happened in. */
export interface StagedFailure {
  readonly stage: string
  readonly stageVersion: number
  readonly failure: Failure
  readonly attempt: number
  readonly firstFailedAt: number
}

/** Who waits for a gate to open: most often one, the next record of the key. */
interface Waiting {
  readonly gate: string
  readonly wake: () => void
}

/**
 * One record between its dispatch and its durability.
 *
 * Order is kept by gates: before a step starts on a record, the record's predecessor (of the same key, or of the same
 * partition, as the step asks) must have passed that step. Records that were dropped or failed pass all steps too,
 * without work, so that what follows them cannot overtake their dead letter.
 */
export class InFlight {
  readonly task: RecordTask
  source: LogRecord
  readonly key: string
  /** Undefined when the bytes could not be decoded. */
  record: StreamRecord<unknown> | undefined
  /** Bytes this record stands for, for back-pressure. */
  readonly weight: number
  readonly startedAt: number
  /** The record before this one, by key and in the partition; dropped once that one is durable. */
  previousOfKey: InFlight | undefined
  previousOfPartition: InFlight | undefined

  // Thousands are in flight and most fill few of these, so nothing is allocated before it is needed.
  outputs: readonly ProduceRecord[] = none
  state: readonly StateWrite[] = none
  streams: readonly PendingStream[] = none
  writes: readonly PendingWrite[] = none
  failures: readonly StagedFailure[] = none
  objects: readonly string[] = none
  dropReason: string | undefined
  /** True when the record as a whole went to the dead letters. */
  dead = false

  #counts: Map<string, number> | undefined
  #passed: string[] | undefined
  #waiting: readonly Waiting[] = none

  constructor(
    task: RecordTask,
    source: LogRecord,
    key: string,
    record: StreamRecord<unknown> | undefined,
    weight: number,
    startedAt: number,
  ) {
    this.task = task
    this.source = source
    this.key = key
    this.record = record
    this.weight = weight
    this.startedAt = startedAt
  }

  /** Opens a gate for the successors. */
  pass(gate: string): void {
    if (this.#passed) this.#passed.push(gate)
    else this.#passed = [gate]
    if (this.#waiting.length === 0) return
    const waiting = this.#waiting
    this.#waiting = waiting.filter((each) => each.gate !== gate)
    for (const each of waiting) if (each.gate === gate) each.wake()
  }

  hasPassed(gate: string): boolean {
    return this.#passed?.includes(gate) ?? false
  }

  /** Resolves when the gate is open. */
  passed(gate: string): Promise<void> {
    return new Promise<void>((wake) => {
      if (this.hasPassed(gate)) return wake()
      this.#waiting = joined(this.#waiting, [{ gate, wake }])
    })
  }

  /** Fails the record as a whole. */
  fail(failure: StagedFailure): void {
    this.dead = true
    this.failures = joined(this.failures, [failure])
  }

  /** Takes over facts for the ledger. Throws when a count is no number. */
  book(facts: Facts | undefined): void {
    if (!facts) return
    this.objects = joined(this.objects, facts.outputs ?? none)
    for (const name in facts.counts) this.#count(name, facts.counts[name]!)
  }

  #count(name: string, value: number): void {
    if (!Number.isFinite(value)) throw new TypeError('a count is not a finite number')
    this.#counts ??= new Map()
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + value)
  }

  get counts(): ReadonlyMap<string, number> {
    return this.#counts ?? noCounts
  }

  /**
   * Lets go of all that was needed to make its outputs, once they wait for their commit; how it ended is told after that. That
   * wait is the longer part of most records' time in flight: what is still held then is copied by the collector of garbage, and
   * grows old.
   */
  letGo(): void {
    this.source = gone
    this.record = undefined
    this.outputs = none
    this.streams = none
    this.writes = none
    this.objects = none
  }

  /** The newest write to a state key by this record or those of its key before it that are not committed yet. */
  pendingState(key: string): StateWrite | undefined {
    const write = this.state.findLast((one) => one.key === key)
    return write ?? this.previousOfKey?.pendingState(key)
  }
}

const none: readonly never[] = []
/** In place of the source of a record that was let go of. */
const gone: LogRecord = { offset: -1, key: Buffer.alloc(0), value: null, timestamp: 0, headers: {} }
const noCounts: ReadonlyMap<string, number> = new Map()

/** Both lists in one; the one that has something, when the other has nothing. */
export const joined = <T>(one: readonly T[], other: readonly T[]): readonly T[] =>
  one.length === 0 ? other : other.length === 0 ? one : [...one, ...other]

/** Gate that opens when the outputs are in the queue of the committer. */
export const enqueuedGate = ' enqueued'
/** Gate that opens when everything the record caused is durable. */
export const durableGate = ' durable'
