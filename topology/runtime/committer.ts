import type { CommittedOffset, ProduceRecord } from '../ports/record-log.ts'
import type { StateWrite } from '../model/outcome.ts'
import { asError } from './as-error.ts'
import { commitWithRetry } from './commit-with-retry.ts'
import type { PartEnvironment } from './environment.ts'

/** A task as the committer sees it. */
export interface CommittingTask {
  readonly alive: boolean
  readonly epoch: number
  /** Whether nothing finished since it was settled. */
  readonly settled: boolean
  /** Marks an offset as done, if there is any. */
  readonly finish: (offset: number | undefined) => void
  /** The position and the note that say what is done. */
  readonly settle: () => CommittedOffset
}

/** A record that is finished but for its durability. */
export interface Finished {
  readonly task: CommittingTask
  /** Undefined when it was done before, and only the position is to be committed. */
  readonly offset: number | undefined
  readonly outputs: readonly ProduceRecord[]
  readonly state: readonly StateWrite[]
  readonly durable: () => void
}

/** What waits for its commit, in order. */
interface Lane {
  queue: Finished[]
  running: boolean
}

/**
 * Makes finished records durable: outputs, state and positions in one transaction at a time, in the order in which they
 * came. While one commit is under way the next gathers, so the batch grows with the load. Where a transaction can only
 * hold one partition, each has a lane of its own.
 */
export class Committer {
  #env: PartEnvironment | undefined
  readonly #common: Lane = { queue: [], running: false }
  readonly #lanes = new Map<CommittingTask, Lane>()
  #stopped = false
  #idle: (() => void)[] = []

  start(env: PartEnvironment): void {
    this.#env = env
  }

  /** What is queued and not yet durable is left undone. */
  stop(): void {
    this.#stopped = true
    for (const lane of this.#all) lane.queue = []
  }

  /** Resolves when nothing is queued or under way, or after `maxMs`. */
  async settled(maxMs: number): Promise<void> {
    if (!this.#busy || !this.#env) return
    const { clock } = this.#env.ports
    await new Promise<void>((resolve) => {
      const cancel = clock.after(maxMs, resolve)
      this.#idle.push(() => {
        cancel()
        resolve()
      })
    })
  }

  enqueue(finished: Finished): void {
    const env = this.#env
    const lane = env && byPartition(env) ? this.#laneOf(finished.task) : this.#common
    lane.queue.push(finished)
    if (lane.running || !env) return
    lane.running = true
    void this.#run(env, lane).catch((error: unknown) => env.fail(asError(error)))
  }

  get #all(): readonly Lane[] {
    return [this.#common, ...this.#lanes.values()]
  }

  get #busy(): boolean {
    return this.#all.some(({ running }) => running)
  }

  #laneOf(task: CommittingTask): Lane {
    const known = this.#lanes.get(task)
    if (known) return known
    for (const [each, { running }] of this.#lanes)
      if (!running && !each.alive) this.#lanes.delete(each)
    const lane: Lane = { queue: [], running: false }
    this.#lanes.set(task, lane)
    return lane
  }

  async #run(env: PartEnvironment, lane: Lane): Promise<void> {
    // Lets what finishes in the same turn join the batch.
    await Promise.resolve()
    while (lane.queue.length > 0 && !this.#stopped) {
      const batch = lane.queue
        .splice(0, env.options.maxCommitRecords)
        .filter((finished) => finished.task.alive)
      if (batch.length > 0) await this.#commit(env, batch)
    }
    lane.running = false
    if (!this.#busy) for (const wake of this.#idle.splice(0)) wake()
  }

  async #commit(env: PartEnvironment, batch: readonly Finished[]): Promise<void> {
    const offsets = offsetsOf(batch)
    const epoch = batch[0]?.task.epoch ?? 0
    // All tasks of a batch are of one epoch and end together; then nothing may be sent any more.
    const wanted = (): boolean => !this.#stopped && batch.every(({ task }) => task.alive)
    const result = await commitWithRetry(env, wanted, { epoch, ...effectsOf(batch), offsets })
    if (result === 'committed') for (const finished of batch) finished.durable()
  }
}

const byPartition = ({ delivery, log }: PartEnvironment): boolean =>
  delivery === 'exactly-once' && !log.atomicCommit

/** By plain loops: `flatMap` looks up each entry as a property of whatever object. */
const effectsOf = (batch: readonly Finished[]): Pick<Finished, 'outputs' | 'state'> => {
  const outputs: ProduceRecord[] = []
  const state: StateWrite[] = []
  for (const finished of batch) {
    for (const output of finished.outputs) outputs.push(output)
    for (const write of finished.state) state.push(write)
  }
  return { outputs, state }
}

/** One position for each task, once all that finished is marked as done. */
const offsetsOf = (batch: readonly Finished[]): readonly CommittedOffset[] => {
  const unsettled: CommittingTask[] = []
  for (const { task, offset } of batch) {
    if (task.settled) unsettled.push(task)
    task.finish(offset)
  }
  return unsettled.map((task) => task.settle())
}
