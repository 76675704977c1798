import type { TopicPartition } from '../model/record.ts'
import { isReplayForAnother } from '../model/replay.ts'
import type { AssignedPartition, CommittedOffset, LogRecord } from '../ports/record-log.ts'
import { asError } from './as-error.ts'
import { Abandoned } from './attempt.ts'
import { encodeNote, maxSpan } from './commit-metadata.ts'
import type { CommittingTask } from './committer.ts'
import { Backlog } from './backlog.ts'
import { decodeRecord, type Decoded } from './decode-record.ts'
import type { PartEnvironment } from './environment.ts'
import { finish } from './finish.ts'
import { InFlight, joined } from './in-flight.ts'
import { Lifetime } from './lifetime.ts'
import { OffsetTracker } from './offset-tracker.ts'
import { OneAtATime } from './one-at-a-time.ts'
import type { Plan } from './plan.ts'
import { readNote } from './read-note.ts'
import { keyOf } from './record-key.ts'
import { Restored } from './restored.ts'
import { walk } from './steps.ts'
import type { Task } from './task.ts'
import { unread } from './undecodable.ts'

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
  settled = true
  readonly #env: PartEnvironment
  readonly #plan: Plan
  readonly #tracker: OffsetTracker
  readonly lifetime = new Lifetime()
  /** Undefined when an earlier owner finished nothing beyond its position. */
  readonly #restored: Restored | undefined
  /** Commits that let the position pass what was done before. */
  readonly #passing = new OneAtATime()
  /** Called when there is room for more records again. */
  readonly #onRoom: (task: Task) => void
  /** The newest record in flight, where any stage asks for the order of the partition. */
  #last: InFlight | undefined
  readonly #backlog = new Backlog()
  /** Whether a record waits for its schema, and all after it for their turn. */
  #decoding = false
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
    onRoom: (task: Task) => void,
  ) {
    this.#env = env
    this.#plan = plan
    this.partition = { topic: assigned.topic, partition: assigned.partition }
    this.epoch = epoch
    this.#onRoom = onRoom
    this.#tracker = new OffsetTracker(assigned.offset)
    const note = readNote({ delivery: env.delivery, hash: env.topology.hash }, plan, assigned)
    const done = note.kind === 'done' ? note.offsets : []
    if (done.length === 0) return
    this.#restored = new Restored(done)
    env.consumer.passOver?.(this.partition, done)
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
    return this.#records === 0 && this.#backlog.length === 0 && !this.#decoding
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
    // What can be taken up at once is not put down: an old object that points to a young one costs every collection of garbage.
    let taken = 0
    if (this.#backlog.length === 0)
      while (taken < records.length && this.#takeUp(records[taken]!)) taken++
    if (taken < records.length) this.#backlog.add(records.slice(taken))
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
    this.#env.order.remove(flight)
    if (this.#last === flight) this.#last = undefined
    this.#free(flight.weight)
  }

  #free(weight: number): void {
    this.#records--
    this.#bytes -= weight
    this.#pump()
    this.#onRoom(this)
  }

  finish(offset: number | undefined): void {
    this.settled = false
    if (offset !== undefined) this.#tracker.finish(offset)
  }

  settle(): CommittedOffset {
    this.settled = true
    const offset = this.#tracker.position
    const offsets = joined(this.#tracker.doneBeyond(), this.#restored?.unmet ?? [])
    const { topic, partition } = this.partition
    const metadata = encodeNote(this.#env.topology.hash, offset, { kind: 'done', offsets })
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

  /** Takes up what waits, as far as there is room. */
  #pump(): void {
    for (let next = this.#backlog.first; next && this.#takeUp(next); next = this.#backlog.first)
      this.#backlog.shift()
    if (this.#backlog.length === 0 && this.#passed > this.#tracker.next) this.#passGap()
  }

  /** Begins a record, or passes over it. Answers false when it has to wait. */
  #takeUp(source: LogRecord): boolean {
    if (!this.#ready || !this.#fits(source.offset)) return false
    if (this.#passRestored(source.offset + 1)) return this.#takeUp(source)
    if (source.offset < this.#tracker.next) return true
    try {
      this.#dispatch(source)
    } catch (error) {
      this.#onDispatchError(error)
    }
    return true
  }

  get #ready(): boolean {
    return this.alive && !this.#decoding && !this.#full
  }

  /** Once nothing is in flight, the position passes what cannot be read, so that the partition is seen to be done. */
  #passGap(): void {
    if (!this.#ready) return
    this.#passRestored(this.#passed)
    if (this.#tracker.pass(this.#passed)) this.#commitPosition(() => {})
  }

  /** Beyond the span that the done-map can hold, a record is taken up only when it is alone. */
  #fits(offset: number): boolean {
    const { position, next } = this.#tracker
    return position === next || offset - position < maxSpan
  }

  #dispatch(source: LogRecord): void {
    this.#tracker.start(source.offset)
    if (isReplayForAnother(source.headers, this.#env.name)) return this.#passOver(source.offset)
    const decoded = decodeRecord(this.#env, this.#plan.topic.name, source)
    if (decoded instanceof Promise) void this.#beginDecoded(source, decoded)
    else this.#begin(source, decoded)
  }

  /** Records start in order even when a schema must be fetched first. */
  async #beginDecoded(source: LogRecord, decoding: Promise<Decoded>): Promise<void> {
    this.#decoding = true
    try {
      this.#begin(source, await decoding)
    } catch (error) {
      this.#onDispatchError(error)
    }
    this.#decoding = false
    this.#pump()
  }

  /**
   * Counts as done what an earlier owner finished below `end`, whether the log gives it or not, so that the position comes to pass
   * it. True where there was any.
   */
  #passRestored(end: number): boolean {
    let met = false
    for (;;) {
      const offset = this.#restored?.meet(end)
      if (offset === undefined) return met
      met = true
      this.#tracker.start(offset)
      this.#passOver(offset)
    }
  }

  /** There may be thousands in a row: they are done as they are met, and one commit at a time lets the position pass them. */
  #passOver(offset: number): void {
    this.#tracker.finish(offset)
    this.#passing.ask((done) => {
      this.#records++
      this.#commitPosition(() => {
        done()
        this.#free(0)
      })
    })
  }

  #commitPosition(durable: () => void): void {
    this.#env.committer.enqueue({ task: this, offset: undefined, outputs: [], state: [], durable })
  }

  #begin(source: LogRecord, record: Decoded): void {
    if (!this.alive) return
    void this.#process(this.#launch(source, record))
  }

  #launch(source: LogRecord, record: Decoded): InFlight {
    const own = source.value?.length ?? 0
    const weight = own + (record ? (this.#plan.topic.weigh?.(record.value) ?? 0) : 0)
    const key = record?.key ?? keyOf(source)
    const flight = new InFlight(this, source, key, record, weight, this.#env.ports.clock.now())
    this.#env.order.add(flight)
    if (this.#plan.partitionOrder) {
      flight.previousOfPartition = this.#last
      this.#last = flight
    }
    this.#records++
    this.#bytes += weight
    return flight
  }

  async #process(flight: InFlight): Promise<void> {
    try {
      if (!flight.record) flight.fail(unread)
      const values = flight.record ? [flight.record.value] : []
      const walked = walk(this.#env, flight, this.#plan.steps, values)
      if (walked) await walked
      const finished = finish(this.#env, flight)
      if (finished) await finished
    } catch (error) {
      this.#onDispatchError(error)
    }
  }

  #onDispatchError(error: unknown): void {
    if (error instanceof Abandoned || !this.alive) return
    this.#env.fail(asError(error))
  }
}
