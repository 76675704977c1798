import type { Failure } from '../model/failure.ts'
import type { Facts, StateWrite } from '../model/outcome.ts'
import type { StreamRecord } from '../model/record.ts'
import type { LogRecord, ProduceRecord } from '../ports/record-log.ts'
import type { RecordTask } from './record-task.ts'
import type { Step } from './plan.ts'

/** What goes to a topic while it comes into being. */
export interface PendingStream {
  readonly values: AsyncIterable<unknown>
  readonly sinks: readonly Extract<Step, { kind: 'topic-sink' }>[]
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

/**
 * One record between its dispatch and its durability.
 *
 * Order is kept by gates: before a step starts on a record, the record's predecessor (of the same key, or of the same
 * partition, as the step asks) must have passed that step. Records that were dropped or failed pass all steps too,
 * without work, so that what follows them cannot overtake their dead letter.
 */
export class InFlight {
  readonly task: RecordTask
  readonly source: LogRecord
  /** Undefined when the bytes could not be decoded. */
  readonly record: StreamRecord<unknown> | undefined
  /** Bytes this record stands for, for back-pressure. */
  readonly weight: number
  readonly startedAt: number
  /** The record before this one, by key and in the partition; dropped once that one is durable. */
  previousOfKey: InFlight | undefined
  previousOfPartition: InFlight | undefined

  readonly outputs: ProduceRecord[] = []
  readonly state: StateWrite[] = []
  readonly streams: PendingStream[] = []
  readonly writes: PendingWrite[] = []
  readonly failures: StagedFailure[] = []
  readonly objects: string[] = []
  readonly counts = new Map<string, number>()
  dropReason: string | undefined
  /** True when the record as a whole went to the dead letters. */
  dead = false

  readonly #passed = new Set<string>()
  readonly #waiting = new Map<string, (() => void)[]>()

  constructor(
    task: RecordTask,
    source: LogRecord,
    record: StreamRecord<unknown> | undefined,
    weight: number,
    startedAt: number,
  ) {
    this.task = task
    this.source = source
    this.record = record
    this.weight = weight
    this.startedAt = startedAt
  }

  /** Opens a gate for the successors. */
  pass(gate: string): void {
    this.#passed.add(gate)
    for (const wake of this.#waiting.get(gate) ?? []) wake()
    this.#waiting.delete(gate)
  }

  /** Resolves when the gate is open. */
  async passed(gate: string): Promise<void> {
    if (this.#passed.has(gate)) return
    await new Promise<void>((resolve) => {
      const waiting = this.#waiting.get(gate)
      if (waiting) waiting.push(resolve)
      else this.#waiting.set(gate, [resolve])
    })
  }

  /** Fails the record as a whole. */
  fail(failure: StagedFailure): void {
    this.dead = true
    this.failures.push(failure)
  }

  /** Takes over facts for the ledger. Throws when a count is no number. */
  book(facts: Facts | undefined): void {
    this.objects.push(...(facts?.outputs ?? []))
    for (const [name, value] of Object.entries(facts?.counts ?? {})) {
      if (!Number.isFinite(value)) throw new TypeError('a count is not a finite number')
      this.counts.set(name, (this.counts.get(name) ?? 0) + value)
    }
  }

  /** The newest write to a state key by this record or those of its key before it that are not committed yet. */
  pendingState(key: string): StateWrite | undefined {
    const write = this.dead ? undefined : this.state.findLast((one) => one.key === key)
    return write ?? this.previousOfKey?.pendingState(key)
  }
}

/** Gate that opens when the outputs are in the queue of the committer. */
export const enqueuedGate = ' enqueued'
/** Gate that opens when everything the record caused is durable. */
export const durableGate = ' durable'
