import type { ItemUsage, PoolItem } from './item.ts'
import type { PoolOptions } from './options.ts'
import { batchCost } from './select-batch.ts'

/** What a pool has done and holds, for metrics. */
export interface PoolStatistics {
  /** Requests sent, those of bisection included. */
  readonly requests: number
  /** Items and tokens sent, and tokens with padding: their ratio is the waste. */
  readonly items: number
  readonly tokens: number
  readonly paddedTokens: number
  /** Items that shared the slot of another with the same content. */
  readonly shared: number
  readonly poison: number
  /** Batches that ended with a fault. */
  readonly faults: number
  readonly waiting: number
  readonly inFlight: number
}

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

/** What the items of one batch have taken so far. */
export type BatchUsage<I> = Map<I, { -readonly [Name in keyof ItemUsage]: number }>

/** Adds what a request takes to what its items have taken. */
export function addUsage<I extends PoolItem>(
  used: BatchUsage<I>,
  items: readonly I[],
  { cost }: Pick<PoolOptions, 'cost'>,
): void {
  const longest = longestOf(items)
  const [first] = items
  for (const item of items) {
    const usage = used.get(item) ?? { requests: 0, tokens: 0, paddedTokens: 0, computeMs: 0 }
    if (item === first) usage.requests++
    usage.tokens += item.tokens
    usage.paddedTokens += cost === 'padded' ? longest : item.tokens
    used.set(item, usage)
  }
}

/** Shares out what a request took of the server's computing: by length, or alike where all are padded to one. */
export function addCompute<I extends PoolItem>(
  used: BatchUsage<I>,
  items: readonly I[],
  computeMs: number,
  { cost }: Pick<PoolOptions, 'cost'>,
): void {
  const all = cost === 'padded' ? items.length : tokensOf(items)
  for (const item of items) {
    const usage = used.get(item)
    const part = (cost === 'padded' ? 1 : item.tokens) / all
    if (usage) usage.computeMs += computeMs * part
  }
}

export const costOf = ({ cost }: Pick<PoolOptions, 'cost'>, items: readonly PoolItem[]): number =>
  batchCost(cost, { items: items.length, longest: longestOf(items), sum: tokensOf(items) })

export const tokensOf = (items: readonly PoolItem[]): number => {
  let sum = 0
  for (const { tokens } of items) sum += tokens
  return sum
}

const longestOf = (items: readonly PoolItem[]): number => {
  let most = 0
  for (const { tokens } of items) most = Math.max(most, tokens)
  return most
}
