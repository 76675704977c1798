import type { PoolOptions } from './options.ts'

/** What a batch of `items` items, the longest of `longest` tokens, with `sum` tokens in all, costs the model. */
export function batchCost(
  cost: PoolOptions['cost'],
  batch: { readonly items: number; readonly longest: number; readonly sum: number },
): number {
  return cost === 'padded' ? batch.longest * batch.items : batch.sum
}

/** A batch as a stretch of a list sorted by length. */
export interface Selection {
  readonly start: number
  readonly end: number
  /** No further item fits: waiting would not make the batch better. */
  readonly full: boolean
}

/**
 * Picks the neighbours by length of the item at `anchor`, the oldest one: the stretch grows on the side that wastes
 * less padding while the budget and the number of items allow. Because the oldest item is always in it, no item is
 * passed over forever.
 */
export function selectBatch(
  lengths: { readonly size: number; readonly tokensAt: (index: number) => number },
  anchor: number,
  options: Pick<PoolOptions, 'cost' | 'maxBatchTokens' | 'maxBatchItems'>,
): Selection {
  let start = anchor
  let end = anchor + 1
  let longest = lengths.tokensAt(anchor)
  let sum = longest
  const fits = (tokens: number): boolean => {
    const batch = { items: end - start + 1, longest: Math.max(longest, tokens), sum: sum + tokens }
    return batchCost(options.cost, batch) <= options.maxBatchTokens
  }
  while (end - start < options.maxBatchItems) {
    const shorter = start > 0 ? lengths.tokensAt(start - 1) : undefined
    const longer = end < lengths.size ? lengths.tokensAt(end) : undefined
    const takeShorter = shorter !== undefined && fits(shorter)
    const takeLonger = longer !== undefined && fits(longer)
    if (!takeShorter && !takeLonger) {
      return { start, end, full: shorter !== undefined || longer !== undefined || !fits(1) }
    }
    const wasteShorter = takeShorter ? longest - shorter : Infinity
    const wasteLonger = takeLonger ? (longer - longest) * (end - start) : Infinity
    if (wasteShorter < wasteLonger) {
      sum += shorter as number
      start--
    } else {
      longest = longer as number
      sum += longest
      end++
    }
  }
  return { start, end, full: true }
}
