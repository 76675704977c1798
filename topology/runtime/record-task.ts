import type { StreamRecord, TopicPartition } from '../model/record.ts'
import { isReplayForAnother } from '../model/replay.ts'
import type { AssignedPartition, CommittedOffset, LogRecord } from '../ports/record-log.ts'
import { Abandoned } from './attempt.ts'
import { encodeNote, maxSpan } from './commit-metadata.ts'
import type { CommittingTask } from './committer.ts'
import { Backlog } from './backlog.ts'
import { decodeRecord } from './decode-record.ts'
import type { PartEnvironment } from './environment.ts'
import { finish } from './finish.ts'
import { FlightOrder } from './flight-order.ts'
import { InFlight } from './in-flight.ts'
import { Lifetime } from './lifetime.ts'
import { OffsetTracker } from './offset-tracker.ts'
import type { Plan } from './plan.ts'
import { readNote } from './read-note.ts'
import { keyOf } from './record-key.ts'
import { walk } from './steps.ts'
import type { Task } from './task.ts'
import { undecodable } from './undecodable.ts'

/** Share of the caps at which a paused partition is resumed. */
const lowWater = 0.6

/**
 * One assignment of one partition: takes its records up in order, keeps them in flight within the caps, and knows what
 * is done. Ends with its epoch; whatever finishes later is dropped.
 */
export class RecordTask implements Task, CommittingTask {
  readonly partition: TopicPartition
  readonly epoch: number
  alive = true
  readonly #env: PartEnvironment
  readonly #plan: Plan
  readonly #tracker: OffsetTracker
  readonly lifetime = new Lifetime()
  /**
   * Offsets that an earlier owner finished beyond its position, growing. Those from `#restoredHead` on were not met yet, and
   * are part of every note until then.
   */
  readonly #restored: readonly number[]
  #restoredHead = 0
  /** What was done before was met, and a commit is under way to let the position pass it, or another must follow. */
  #passing: 'no' | 'once' | 'again' = 'no'
  /** Called when there is room for more records again. */
  readonly #onRoom: () => void
  readonly #order = new FlightOrder()
  readonly #backlog = new Backlog()
  #dispatching = false
  #sealed = false
  /** Nothing more comes from before it. */
  #passed = 0
  #records = 0
  #bytes = 0

  constructor(
    env: PartEnvironment,
    plan: Plan,
    assigned: AssignedPartition,
    epoch: number,
    onRoom: () => void,
  ) {
    this.#env = env
    this.#plan = plan
    this.partition = { topic: assigned.topic, partition: assigned.partition }
    this.epoch = epoch
    this.#onRoom = onRoom
    this.#tracker = new OffsetTracker(assigned.offset)
    const note = readNote({ delivery: env.delivery, hash: env.topology.hash }, plan, assigned)
    this.#restored = note.kind === 'done' ? note.offsets : []
    if (this.#restored.length > 0) env.consumer.passOver?.(this.partition, this.#restored)
  }

  get wantsMore(): boolean {
    if (this.#sealed || this.#backlog.length > 0) return false
    const { maxInFlightRecords, maxInFlightBytes } = this.#env.options
    const level = Math.max(
      this.#records / maxInFlightRecords,
      this.#bytes / maxInFlightBytes,
      this.#tracker.span / maxSpan,
    )
    return level < lowWater
  }

  get idle(): boolean {
    return this.#records === 0 && this.#backlog.length === 0 && !this.#dispatching
  }

  get next(): number {
    return this.#tracker.next
  }

  get inFlight(): number {
    return this.#records + this.#backlog.length
  }

  get load(): { readonly records: number; readonly bytes: number } {
    return { records: this.#records, bytes: this.#bytes }
  }

  accept(records: readonly LogRecord[]): void {
    if (this.#sealed) return
    this.#backlog.add(records)
    this.#pump()
  }

  pass(next: number): void {
    if (this.#sealed) return
    this.#passed = next
    this.#pump()
  }

  /** Nothing is held back here, so there is nothing to flush. */
  flush(): void {}

  seal(): void {
    this.#sealed = true
    this.#backlog.clear()
    // It lies beyond what was just given back.
    this.#passed = 0
  }

  stop(): void {
    this.alive = false
    this.#backlog.clear()
    this.lifetime.end()
  }

  release(flight: InFlight): void {
    this.#order.remove(flight)
    this.#free(flight.weight)
  }

  #free(weight: number): void {
    this.#records--
    this.#bytes -= weight
    this.#pump()
    this.#onRoom()
  }

  settle(finished: readonly number[]): CommittedOffset {
    for (const offset of finished) this.#tracker.finish(offset)
    const offset = this.#tracker.position
    const beyond = this.#tracker.doneBeyond()
    const unmet = this.#restored.length > this.#restoredHead
    const offsets = unmet ? beyond.concat(this.#restored.slice(this.#restoredHead)) : beyond
    const { topic, partition } = this.partition
    const metadata =
      offsets.length === 0
        ? ''
        : encodeNote(this.#env.topology.hash, offset, { kind: 'done', offsets })
    return { topic, partition, offset, metadata }
  }

  get #full(): boolean {
    const { maxInFlightRecords, maxInFlightBytes } = this.#env.options
    return (
      this.#records >= maxInFlightRecords ||
      this.#bytes >= maxInFlightBytes ||
      this.#tracker.span >= maxSpan - 1
    )
  }

  /** One dispatcher at a time, so that records start in order even when a schema must be fetched first. */
  #pump(): void {
    if (this.#dispatching || !this.alive) return
    if (this.#backlog.length === 0 && this.#passed <= this.#tracker.next) return
    this.#dispatching = true
    void this.#dispatchAll().catch((error: unknown) => this.#onDispatchError(error))
  }

  async #dispatchAll(): Promise<void> {
    try {
      while (this.alive && !this.#full) {
        const source = this.#backlog.first
        if (!source) return this.#passGap()
        if (!this.#fits(source.offset)) return
        if (this.#passRestored(source.offset + 1)) continue
        this.#backlog.shift()
        if (source.offset < this.#tracker.next) continue
        const decoding = this.#dispatch(source)
        if (decoding) await decoding
      }
    } finally {
      // Here and not later: who finds it set does not start the dispatcher, so nothing may come between.
      this.#dispatching = false
    }
  }

  /** Once nothing is in flight, the position passes what cannot be read, so that the partition is seen to be done. */
  #passGap(): void {
    this.#passRestored(this.#passed)
    if (!this.#tracker.pass(this.#passed)) return
    const durable = (): void => {}
    this.#env.committer.enqueue({ task: this, offset: undefined, outputs: [], state: [], durable })
  }

  /** Beyond the span that the done-map can hold, a record is taken up only when it is alone. */
  #fits(offset: number): boolean {
    const { position, next } = this.#tracker
    return position === next || offset - position < maxSpan
  }

  #dispatch(source: LogRecord): Promise<void> | undefined {
    this.#tracker.start(source.offset)
    if (isReplayForAnother(source.headers, this.#env.name)) {
      this.#passOver(source.offset)
      return undefined
    }
    const decoded = decodeRecord(this.#env, this.partition.topic, source)
    if (decoded instanceof Promise) return decoded.then((record) => this.#begin(source, record))
    this.#begin(source, decoded)
    return undefined
  }

  /**
   * Counts as done what an earlier owner finished below `end`, whether the log gives it or not, so that the position comes to pass
   * it. True where there was any.
   */
  #passRestored(end: number): boolean {
    const from = this.#restoredHead
    for (;;) {
      const offset = this.#restored[this.#restoredHead]
      if (offset === undefined || offset >= end) return this.#restoredHead > from
      this.#restoredHead++
      this.#tracker.start(offset)
      this.#passOver(offset)
    }
  }

  /** There may be thousands in a row: they are done as they are met, and one commit at a time lets the position pass them. */
  #passOver(offset: number): void {
    this.#tracker.finish(offset)
    if (this.#passing === 'no') this.#commitPassed()
    else this.#passing = 'again'
  }

  #commitPassed(): void {
    this.#passing = 'once'
    this.#records++
    const durable = (): void => {
      const again = this.#passing === 'again'
      this.#passing = 'no'
      if (again) this.#commitPassed()
      this.#free(0)
    }
    this.#env.committer.enqueue({ task: this, offset: undefined, outputs: [], state: [], durable })
  }

  #begin(source: LogRecord, record: StreamRecord<unknown> | undefined): void {
    if (!this.alive) return
    void this.#process(this.#launch(source, record))
  }

  #launch(source: LogRecord, record: StreamRecord<unknown> | undefined): InFlight {
    const own = source.value?.length ?? 0
    const weight = own + (record ? (this.#plan.topic.weigh?.(record.value) ?? 0) : 0)
    const key = record?.key ?? keyOf(source)
    const flight = new InFlight(this, source, key, record, weight, this.#env.ports.clock.now())
    this.#order.add(flight)
    this.#records++
    this.#bytes += weight
    return flight
  }

  async #process(flight: InFlight): Promise<void> {
    try {
      if (!flight.record) flight.fail(unread)
      await walk(this.#env, flight, this.#plan.steps, flight.record ? [flight.record.value] : [])
      await finish(this.#env, flight)
    } catch (error) {
      this.#onDispatchError(error)
    }
  }

  #onDispatchError(error: unknown): void {
    if (error instanceof Abandoned || !this.alive) return
    this.#env.fail(
      error instanceof Error ? error : new Error('a value that is no error was thrown'),
    )
  }
}

const unread = {
  stage: '',
  stageVersion: 0,
  attempt: 1,
  firstFailedAt: 0,
  failure: undecodable,
} as const
