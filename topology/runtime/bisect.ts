import type { Failure } from '../model/failure.ts'
import type { ItemOutcome } from '../model/stage.ts'

/** What writing a batch came to: outcomes per item, or a failure of the batch as a whole. */
export type BatchTried =
  | { readonly kind: 'ok'; readonly value: readonly ItemOutcome[] }
  | { readonly kind: 'failed'; readonly failure: Failure }

/**
 * Finds the items that make a batch fail: halves it until the culprit is alone. One culprit in n items costs at most
 * 2·log2 n further writes. The halves go in order, one after the other, so the order of keys is kept.
 */
export const bisect = async <T>(
  items: readonly T[],
  write: (items: readonly T[]) => Promise<BatchTried>,
): Promise<readonly ItemOutcome[]> => {
  const tried = await write(items)
  if (tried.kind === 'ok') return tried.value
  if (items.length === 1) return [{ kind: 'dead-letter', failure: tried.failure }]
  const middle = Math.ceil(items.length / 2)
  const first = await bisect(items.slice(0, middle), write)
  return [...first, ...(await bisect(items.slice(middle), write))]
}
