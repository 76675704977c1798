import type { PackedLogRecords } from '../model/pack-records.ts'
import type { TopicPartition } from '../model/record.ts'
import type { RangeSink } from '../model/stage.ts'
import type { ClaimedRange, WrittenRange } from '../ports/range-runner.ts'
import type {
  AssignedPartition,
  LogRecord,
  LogTransaction,
  ProduceRecord,
} from '../ports/record-log.ts'
import { asError } from './as-error.ts'
import { Abandoned, attempt } from './attempt.ts'
import { commitWithRetry } from './commit-with-retry.ts'
import { decodeNote, encodeNote, type CommitNote } from './commit-metadata.ts'
import type { PartEnvironment } from './environment.ts'
import { Gathered } from './gathered.ts'
import { Lifetime, type Call } from './lifetime.ts'
import { sinkContext } from './sink-context.ts'
import { TakenWindow } from './taken-window.ts'
import type { Task } from './task.ts'
import { tellRangeEnd } from './tell-end.ts'
import { failRange, writeRange } from './write-range.ts'

const countOf = (pieces: readonly PackedLogRecords[]): number =>
  pieces.reduce((sum, { offsets }) => sum + offsets.length, 0)

/**
 * One assignment of one partition to a range sink, by claim-then-write:
 *
 * gathering ──(full, old, flushed)──► claiming ──► writing ──► committing ──► gathering
 *
 * The claim puts the end of the range into the commit metadata before anything is written. Whoever finds a claim on
 * assignment writes exactly that range again, with the same bytes under the same names. So a crash, or a zombie that
 * finishes late, neither loses nor doubles a row.
 */
export class RangeTask implements Task {
  readonly partition: TopicPartition
  readonly epoch: number
  alive = true
  readonly #env: PartEnvironment
  readonly #sink: RangeSink<unknown>
  readonly #lost = new Lifetime()
  #start: number
  #next: number
  /** End of a range that an earlier owner claimed. */
  #claimedEnd: number | undefined
  readonly #gathered = new Gathered()
  /** Undefined where no record is left out. */
  readonly #taken: TakenWindow | undefined
  #writing = false
  #flushWanted = false
  #sealed = false
  #cancelAge: (() => void) | undefined
  /** Called when there is room for more records again. */
  readonly #onRoom: (task: Task) => void

  constructor(
    env: PartEnvironment,
    sink: RangeSink<unknown>,
    assigned: AssignedPartition,
    epoch: number,
    onRoom: (task: Task) => void,
  ) {
    this.#env = env
    this.#sink = sink
    this.#onRoom = onRoom
    this.partition = { topic: assigned.topic, partition: assigned.partition }
    this.epoch = epoch
    this.#start = assigned.offset
    this.#next = assigned.offset
    const note = decodeNote(`${sink.name}@${sink.version}`, assigned.offset, assigned.metadata)
    if (note.kind === 'claim') this.#claimedEnd = note.end
    if (sink.identify && !env.log.atomicCommit)
      this.#taken = new TakenWindow(env.ports.objects, sink.name, this.partition)
  }

  get wantsMore(): boolean {
    return !this.#sealed && !this.#writing && (this.#claimIncomplete || !this.#full)
  }

  /** Until all of a claimed range is here nothing can be written, so it must come, however large it is. */
  get #claimIncomplete(): boolean {
    return this.#claimedEnd !== undefined && this.#next < this.#claimedEnd
  }

  get idle(): boolean {
    return this.#gathered.length === 0 && !this.#writing
  }

  get next(): number {
    return this.#next
  }

  get inFlight(): number {
    return this.#gathered.length
  }

  get load(): { readonly records: number; readonly bytes: number } {
    return { records: this.#gathered.length, bytes: this.#gathered.bytes }
  }

  accept(records: readonly LogRecord[]): void {
    if (this.#sealed) return
    for (const record of records) {
      if (record.offset < this.#next) continue
      this.#gathered.add(record)
      this.#next = record.offset + 1
    }
    this.#pump()
    this.#watchAge()
  }

  pass(next: number): void {
    if (this.#sealed || next <= this.#next) return
    this.#next = next
    this.#pump()
  }

  #watchAge(): void {
    if (this.#gathered.length === 0 || !this.alive) return
    const { clock } = this.#env.ports
    this.#cancelAge ??= clock.after(this.#sink.rotate.maxAgeMs, () => this.flush())
  }

  flush(): void {
    this.#flushWanted = true
    this.#pump()
  }

  /** What is gathered is written, so that nothing waits for the next start; a claimed range only if all of it is here. */
  seal(): void {
    this.#sealed = true
    if (this.#claimIncomplete && !this.#writing) this.#gathered.clear()
    this.flush()
  }

  stop(): void {
    this.alive = false
    this.#cancelAge?.()
    this.#lost.end()
  }

  get #full(): boolean {
    const { maxRecords, maxBytes } = this.#sink.rotate
    return this.#gathered.length >= maxRecords || this.#gathered.bytes >= maxBytes
  }

  /** A claimed range is written as soon as all of it is here, and never anything else before it. */
  get #due(): boolean {
    if (this.#gathered.length === 0) return false
    if (this.#claimedEnd !== undefined) return this.#next >= this.#claimedEnd
    return this.#full || this.#flushWanted
  }

  /** The position passes what cannot be read, so that the partition is seen to be done. */
  get #lags(): boolean {
    return this.#gathered.length === 0 && this.#claimedEnd === undefined && this.#start < this.#next
  }

  async #catchUp(): Promise<void> {
    const next = this.#next
    await this.#commit(next, { kind: 'none' }, [])
    this.#start = next
  }

  #pump(): void {
    if (this.#writing || !this.alive || !(this.#due || this.#lags)) return
    this.#writing = true
    void (this.#due ? this.#rotate() : this.#catchUp())
      .catch((error: unknown) => this.#onError(error))
      .finally(() => {
        this.#writing = false
        this.#pump()
        this.#watchAge()
        this.#onRoom(this)
      })
  }

  async #rotate(): Promise<void> {
    this.#cancelAge?.()
    this.#cancelAge = undefined
    const sources = this.#takeRange()
    const { partition } = this
    const start = this.#start
    const end = this.#claimedEnd ?? (sources.at(-1)?.offsets.at(-1) ?? start) + 1
    const startedAt = this.#env.ports.clock.now()
    if (this.#claimedEnd === undefined) await this.#commit(start, { kind: 'claim', end }, [])
    const taken = await this.#patiently(async () => this.#taken?.before(start))
    const range = { partition, start, end, sources, startedAt, taken }
    const written = await this.#writeInTurn(range)
    await this.#patiently(async () => this.#taken?.add(end, written.taken))
    await this.#commit(end, { kind: 'none' }, written.outputs)
    tellRangeEnd(this.#env, this.#sink.name, countOf(sources), written)
    this.#start = end
    this.#claimedEnd = undefined
    await this.#taken?.removeOlder()
  }

  /** Asks the store until it answers. */
  async #patiently<T>(run: () => Promise<T>): Promise<T> {
    const { name: stage } = this.#sink
    const work = { stage, timeoutMs: undefined, lifetime: this.#lost, run }
    const tried = await attempt(this.#env, work)
    if (tried.kind === 'ok') return tried.value
    throw tried.error
  }

  /** Ranges of all partitions and sinks take turns: a drain would hold the rows of all of them at once. */
  async #writeInTurn(range: ClaimedRange): Promise<WrittenRange> {
    await this.#env.rangeWrites.enter()
    try {
      return await this.#write(range)
    } finally {
      this.#env.rangeWrites.leave()
    }
  }

  #takeRange(): readonly PackedLogRecords[] {
    const { maxRecords } = this.#sink.rotate
    const end = this.#claimedEnd
    const count =
      end === undefined
        ? Math.min(maxRecords, this.#gathered.length)
        : this.#gathered.countBefore(end)
    const taken = this.#gathered.take(count)
    if (this.#gathered.length === 0) this.#flushWanted = this.#sealed
    return taken
  }

  async #write(range: ClaimedRange): Promise<WrittenRange> {
    const { clock } = this.#env.ports
    const startedAt = clock.now()
    const tried = await attempt(this.#env, {
      stage: this.#sink.name,
      timeoutMs: this.#sink.timeoutMs,
      lifetime: this.#lost,
      run: async (call) => this.#run(range, call),
    })
    this.#env.telemetry.emit({
      kind: 'batch',
      subTopology: this.#env.name,
      sink: this.#sink.name,
      records: countOf(range.sources),
      ms: clock.now() - startedAt,
    })
    if (tried.kind === 'ok') return tried.value
    return failRange(this.#env, this.#sink, range, tried.failure)
  }

  #run(range: ClaimedRange, call: Call): Promise<WrittenRange> {
    const { ranges, name: subTopology } = this.#env
    const { name: sink } = this.#sink
    if (ranges?.sinks.has(sink))
      return ranges.run({ subTopology, sink, attempt: call.attempt, range }, call.signal)
    return writeRange(this.#env, this.#sink, range, sinkContext(this.#env, call))
  }

  async #commit(
    offset: number,
    note: CommitNote,
    outputs: readonly ProduceRecord[],
  ): Promise<void> {
    const metadata = encodeNote(`${this.#sink.name}@${this.#sink.version}`, offset, note)
    const transaction: LogTransaction = {
      epoch: this.epoch,
      outputs,
      state: [],
      offsets: [{ ...this.partition, offset, metadata }],
    }
    const result = await commitWithRetry(this.#env, () => this.alive, transaction)
    if (result === 'fenced') throw new Abandoned()
  }

  #onError(error: unknown): void {
    const wasAlive = this.alive
    // Also after a failure: what was gathered is gone, and nothing may be committed past it.
    this.stop()
    if (wasAlive && !(error instanceof Abandoned)) this.#env.fail(asError(error))
  }
}
