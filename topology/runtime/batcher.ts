import type { Failure } from '../model/failure.ts'
import type { BatchSink, ItemOutcome, SinkRecord } from '../model/stage.ts'
import { Abandoned, attempt } from './attempt.ts'
import { bisect, type BatchTried } from './bisect.ts'
import { bugFailure } from './bug-failure.ts'
import type { PartEnvironment } from './environment.ts'
import { Lifetime } from './lifetime.ts'
import { sinkContext } from './sink-context.ts'

interface Waiting {
  readonly record: SinkRecord<unknown>
  readonly lifetime: Lifetime
  readonly resolve: (outcome: ItemOutcome) => void
  readonly reject: (error: unknown) => void
}

/**
 * Gathers the records of all partitions for one batch sink. One write is under way at a time, so batches reach the sink
 * in the order in which records came. A batch is written when it is full or when its oldest record has lingered.
 */
export class Batcher {
  readonly #sink: BatchSink<unknown>
  #env: PartEnvironment | undefined
  #waiting: Waiting[] = []
  #writing = false
  #cancelLinger: (() => void) | undefined
  /** Ends the retries of a write when the sub-topology stops. */
  readonly #stopped = new Lifetime()

  constructor(sink: BatchSink<unknown>) {
    this.#sink = sink
  }

  /** Called once, before the first record: the environment holds the batcher, so it comes later than it. */
  start(env: PartEnvironment): void {
    this.#env = env
  }

  /** Abandons what waits. */
  stop(): void {
    this.#cancelLinger?.()
    this.#stopped.end()
    for (const item of this.#waiting.splice(0)) item.reject(new Abandoned())
  }

  /** Resolves with what became of the record. Throws {@link Abandoned} when its partition is lost first. */
  write(record: SinkRecord<unknown>, lifetime: Lifetime): Promise<ItemOutcome> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ record, lifetime, resolve, reject })
      this.#pump()
    })
  }

  #pump(): void {
    if (this.#writing || this.#waiting.length === 0 || !this.#env) return
    const { maxRecords, lingerMs } = this.#sink.batch
    if (this.#waiting.length >= maxRecords) return this.#flush(this.#env)
    const env = this.#env
    this.#cancelLinger ??= env.ports.clock.after(lingerMs, () => this.#flush(env))
  }

  #flush(env: PartEnvironment): void {
    this.#cancelLinger?.()
    this.#cancelLinger = undefined
    if (this.#writing) return
    const batch = this.#take()
    if (batch.length === 0) return
    this.#writing = true
    void this.#writeBatch(env, batch).finally(() => {
      this.#writing = false
      this.#pump()
    })
  }

  /** The next batch. Records of lost partitions go first, so that they take no place in it. */
  #take(): readonly Waiting[] {
    for (const item of this.#waiting) if (item.lifetime.ended) item.reject(new Abandoned())
    this.#waiting = this.#waiting.filter((item) => !item.lifetime.ended)
    return this.#waiting.splice(0, this.#sink.batch.maxRecords)
  }

  async #writeBatch(env: PartEnvironment, batch: readonly Waiting[]): Promise<void> {
    const startedAt = env.ports.clock.now()
    try {
      const outcomes = await bisect(batch, (items) => this.#attempt(env, items))
      const ms = env.ports.clock.now() - startedAt
      const sink = this.#sink.name
      env.telemetry.emit({ kind: 'batch', subTopology: env.name, sink, records: batch.length, ms })
      batch.forEach((item, index) => item.resolve(outcomes[index] ?? lost(this.#sink.name)))
    } catch (error) {
      for (const item of batch) item.reject(error)
    }
  }

  async #attempt(env: PartEnvironment, items: readonly Waiting[]): Promise<BatchTried> {
    const tried = await attempt(env, {
      stage: this.#sink.name,
      timeoutMs: this.#sink.timeoutMs,
      lifetime: this.#stopped,
      run: async (call) =>
        this.#sink.write(
          items.map((item) => item.record),
          sinkContext(env, call),
        ),
    })
    if (tried.kind === 'failed') return tried
    if (tried.value.length === items.length) return tried
    return { kind: 'failed', failure: lost(this.#sink.name).failure }
  }
}

const lost = (sink: string): { readonly kind: 'dead-letter'; readonly failure: Failure } => ({
  kind: 'dead-letter',
  failure: {
    ...bugFailure(sink, new Error('no outcome')),
    message: `sink ${sink} answered fewer outcomes than records; this is a bug of the sink`,
  },
})
