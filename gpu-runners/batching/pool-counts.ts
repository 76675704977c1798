import type { ItemUsage, PoolItem } from './item.ts'
import type { PoolOptions } from './options.ts'
import type { PoolStatistics } from './pool.ts'
import { batchCost } from './select-batch.ts'

export type Counts = {
  -readonly [Name in keyof Omit<PoolStatistics, 'waiting' | 'inFlight'>]: number
}

export function noCounts(): Counts {
  return { requests: 0, items: 0, tokens: 0, paddedTokens: 0, shared: 0, poison: 0, faults: 0 }
}

export function countRequest(counts: Counts, items: readonly PoolItem[]): void {
  counts.requests++
  counts.items += items.length
  counts.tokens += tokensOf(items)
  counts.paddedTokens += longestOf(items) * items.length
}

/** Adds what a request takes to what its items have taken. */
export function addUsage<I extends PoolItem>(
  used: Map<I, ItemUsage>,
  items: readonly I[],
  { cost }: Pick<PoolOptions, 'cost'>,
): void {
  const longest = longestOf(items)
  for (const [place, item] of items.entries()) {
    const before = used.get(item)
    used.set(item, {
      requests: (before?.requests ?? 0) + (place === 0 ? 1 : 0),
      tokens: (before?.tokens ?? 0) + item.tokens,
      paddedTokens: (before?.paddedTokens ?? 0) + (cost === 'padded' ? longest : item.tokens),
      computeMs: before?.computeMs ?? 0,
    })
  }
}

/** Shares out what a request took of the server's computing: by length, or alike where all are padded to one. */
export function addCompute<I extends PoolItem>(
  used: Map<I, ItemUsage>,
  items: readonly I[],
  computeMs: number,
  { cost }: Pick<PoolOptions, 'cost'>,
): void {
  const all = cost === 'padded' ? items.length : tokensOf(items)
  for (const item of items) {
    const usage = used.get(item)
    const part = (cost === 'padded' ? 1 : item.tokens) / all
    if (usage) used.set(item, { ...usage, computeMs: usage.computeMs + computeMs * part })
  }
}

export const costOf = ({ cost }: Pick<PoolOptions, 'cost'>, items: readonly PoolItem[]): number =>
  batchCost(cost, { items: items.length, longest: longestOf(items), sum: tokensOf(items) })

export const tokensOf = (items: readonly PoolItem[]): number =>
  items.reduce((sum, { tokens }) => sum + tokens, 0)

const longestOf = (items: readonly PoolItem[]): number =>
  items.reduce((most, { tokens }) => Math.max(most, tokens), 0)
