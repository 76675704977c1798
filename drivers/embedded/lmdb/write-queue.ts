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
  [5, 'the disk refuses writes; is it full?'],
  ['ENOSPC', 'no space left on the disk'],
  ['EIO', 'the disk refuses writes; is it full?'],
])

/** A disk error as a `Fault` that stops the process; anything else as it is. */
export const asDiskFault = (dependency: string, error: unknown): unknown => {
  const reason = diskCodes.get((error as { code?: unknown } | undefined)?.code)
  return reason === undefined
    ? error
    : new Fault(
        'fatal',
        dependency,
        `${dependency} cannot write: ${reason}; nothing was written`,
        error,
      )
}

export const createWriteQueue = (options: WriteQueueOptions): WriteQueue => {
  const { environment, dependency } = options
  let waiting: Pending[] = []
  let scheduled = false
  let closed = false
  let idle: (() => void)[] = []

  const attempt = (batch: readonly Pending[]): unknown[] => {
    try {
      const results = environment.transact(() => batch.map((each) => each.apply()))
      options.onDurable?.()
      return results
    } catch (error) {
      options.onUndone?.()
      throw error
    }
  }

  const settle = (batch: readonly Pending[]): void => {
    try {
      const results = attempt(batch)
      batch.forEach((each, index) => each.resolve(results[index] as never))
    } catch (error) {
      if (batch.length === 1) batch[0]?.reject(asDiskFault(dependency, error))
      else for (const each of batch) settle([each])
    }
  }

  const flush = (): void => {
    const batch = waiting
    waiting = []
    scheduled = false
    settle(batch)
    if (scheduled) return
    for (const each of idle) each()
    idle = []
  }

  return {
    write: <T>(apply: () => T) =>
      new Promise<T>((resolve, reject) => {
        if (closed) return reject(new Error(`${dependency} is closed`))
        waiting.push({ apply, resolve: resolve as (value: never) => void, reject })
        if (scheduled) return
        scheduled = true
        setImmediate(flush)
      }),
    close: () =>
      new Promise((resolve) => {
        closed = true
        if (scheduled) idle.push(resolve)
        else resolve()
      }),
  }
}
