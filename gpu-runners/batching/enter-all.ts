import type { ItemOutcome } from './item.ts'
import type { Waiter } from './slot.ts'

/** Brings an item in and returns what takes its waiter out again. */
export type Enter<I, R> = (item: I, waiter: Waiter<R>) => () => void

/**
 * Resolves with what became of each item, in order. Rejects with the reason of `signal` or with what an item was rejected
 * with, whichever comes first; the other items are then given up.
 */
export const enterAll = <I, R>(
  items: readonly I[],
  enter: Enter<I, R>,
  signal: AbortSignal | undefined,
): Promise<readonly ItemOutcome<R>[]> =>
  new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    if (items.length === 0) return resolve([])
    const outcomes: ItemOutcome<R>[] = []
    let open = items.length
    const fail = (reason: unknown): void => {
      signal?.removeEventListener('abort', onAbort)
      reject(reason)
      for (const leave of leaves) leave()
    }
    const onAbort = (): void => fail(signal?.reason)
    const take = (index: number, outcome: ItemOutcome<R>): void => {
      outcomes[index] = outcome
      if (--open > 0) return
      signal?.removeEventListener('abort', onAbort)
      resolve(outcomes)
    }
    signal?.addEventListener('abort', onAbort, { once: true })
    const leaves = items.map((item, index) =>
      enter(item, { resolve: (outcome) => take(index, outcome), reject: fail }),
    )
  })
