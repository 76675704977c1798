import { Fault } from '../../../topology/model/failure.ts'
import type { Environment } from './open-environment.ts'

/** Gathers concurrent writes into one transaction and so one sync of the disk. First in, first applied. */
export interface WriteQueue {
  /**
   * Applies a change inside a transaction; resolved with what it returned once that is durable. A change that throws
   * is undone alone. Throws a `Fault` of kind `fatal` when the disk refuses.
   */
  readonly write: <T>(apply: () => T) => Promise<T>
  /** Resolves when everything handed in so far is settled; later writes are refused. */
  readonly close: () => Promise<void>
}

export interface WriteQueueOptions {
  readonly environment: Pick<Environment, 'transact'>
  /** Named in faults: `record-log`, `vector-index`. */
  readonly dependency: string
  /** Fewest milliseconds from one transaction to the next: small transactions cost as much as large ones. */
  readonly spacingMs?: number
  /** Called after each transaction that became durable. */
  readonly onDurable?: () => void
  /** Called after a transaction was undone: whatever its changes left in memory must go. */
  readonly onUndone?: () => void
}

interface Pending {
  readonly apply: () => unknown
  readonly resolve: (value: never) => void
  readonly reject: (error: unknown) => void
}

/** LMDB's MDB_MAP_FULL, and the errno of a write that found no room (some systems answer EIO). */
const diskCodes: ReadonlyMap<unknown, string> = new Map<unknown, string>([
  [-30_792, 'the map is full'],
  [28, 'no space left on the disk'],
  [5, 'the disk refuses writes and may be full'],
  ['ENOSPC', 'no space left on the disk'],
  ['EIO', 'the disk refuses writes and may be full'],
])

/** A disk error as a `Fault` that stops the process; anything else as it is. */
export const asDiskFault = (dependency: string, error: unknown): unknown => {
  const reason = diskCodes.get((error as { code?: unknown } | undefined)?.code)
  return reason === undefined
    ? error
    : new Fault(
        'fatal',
        dependency,
        `${dependency} cannot write: ${reason}; make room and start again`,
        error,
      )
}

/** Syncs per second are bounded by this at no cost in throughput, since in-flight work is many times larger. */
const defaultSpacingMs = 5

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

const pause = (ms: number): Promise<void> =>
  ms > 0 ? new Promise((resolve) => setTimeout(resolve, ms)) : nextTurn()

export const createWriteQueue = (options: WriteQueueOptions): WriteQueue => {
  const { environment, dependency, spacingMs = defaultSpacingMs } = options
  let waiting: Pending[] = []
  let running: Promise<void> | undefined
  let startedAt = -Infinity
  let closed = false

  const attempt = async (batch: readonly Pending[]): Promise<readonly unknown[]> => {
    try {
      const results = await environment.transact(() => batch.map((each) => each.apply()))
      options.onDurable?.()
      return results
    } catch (error) {
      options.onUndone?.()
      throw error
    }
  }

  const settle = async (batch: readonly Pending[]): Promise<void> => {
    try {
      const results = await attempt(batch)
      batch.forEach((each, index) => each.resolve(results[index] as never))
    } catch (error) {
      const reason = asDiskFault(dependency, error)
      // A disk that refuses stops the process; each change alone would only be refused again.
      if (batch.length === 1 || reason !== error) batch.forEach((each) => each.reject(reason))
      else for (const each of batch) await settle([each])
    }
  }

  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      await pause(startedAt + spacingMs - performance.now())
      startedAt = performance.now()
      const batch = waiting
      waiting = []
      await settle(batch)
    }
    running = undefined
  }

  return {
    write: <T>(apply: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new Error(`${dependency} is closed`))
        waiting.push({ apply, resolve: resolve as (value: never) => void, reject })
        running ??= run()
      }),
    close: async () => {
      closed = true
      await running
    },
  }
}
