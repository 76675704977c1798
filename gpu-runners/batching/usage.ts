import type { ModelUsage } from '../../schemas/generated/types.ts'
import type { ItemOutcome, PoolItem } from './item.ts'
import { FREE } from './price.ts'
import type { Price } from './price.ts'

/** An item that a model was asked about, and what became of it. */
export interface AskedItem {
  readonly tokens: PoolItem['tokens']
  readonly outcome: ItemOutcome<unknown>
  /** Tokens by which it is paid, where the model counts them; those of the pipeline when absent. */
  readonly billed?: { readonly tokensIn: number; readonly tokensOut: number }
}

/** What it took to compute some items of one model. Those that came to nothing are left out: they have dead letters. */
export function usageOf(items: Iterable<AskedItem>, price: Price = FREE): ModelUsage {
  const sum: Sums = { ...NOTHING }
  let [computeMs, tokensIn, tokensOut] = [0, 0, 0]
  for (const { tokens: length, outcome, billed } of items) {
    if (outcome.kind !== 'ok') continue
    const { usage } = outcome
    if (usage) {
      sum.items++
      sum.requests += usage.requests
      sum.tokens += usage.tokens
      sum.paddedTokens += usage.paddedTokens
      computeMs += usage.computeMs
      tokensIn += billed?.tokensIn ?? usage.tokens
      tokensOut += billed?.tokensOut ?? 0
    } else {
      sum.cachedItems++
      sum.cachedTokens += length
    }
  }
  const cost =
    (computeMs / 1_000) * price.perGpuSecond +
    (tokensIn / 1_000) * price.per1000TokensIn +
    (tokensOut / 1_000) * price.per1000TokensOut
  return { ...sum, computeSeconds: computeMs / 1_000, cost }
}

type Sums = { -readonly [Name in keyof ModelUsage]: number }

const NOTHING: ModelUsage = {
  requests: 0,
  items: 0,
  tokens: 0,
  paddedTokens: 0,
  cachedItems: 0,
  cachedTokens: 0,
  computeSeconds: 0,
  cost: 0,
}

/** What several models took together. */
export const addUsages = (all: readonly ModelUsage[]): ModelUsage => {
  const sum: Sums = { ...NOTHING }
  for (const each of all)
    for (const name of Object.keys(NOTHING) as (keyof ModelUsage)[]) sum[name] += each[name]
  return sum
}

/** The same as figures of the ledger and the metrics, which are whole numbers. */
export const usageFigures = (usage: ModelUsage | null): Readonly<Record<string, number>> =>
  usage
    ? {
        modelRequests: usage.requests,
        modelItems: usage.items,
        modelTokens: usage.tokens,
        modelPaddedTokens: usage.paddedTokens,
        cachedItems: usage.cachedItems,
        cachedTokens: usage.cachedTokens,
        ...(usage.computeSeconds > 0 && { computeMicros: wholeOf(usage.computeSeconds * 1e6) }),
        ...(usage.cost > 0 && { costNanos: wholeOf(usage.cost * 1e9) }),
      }
    : {}

/** No more than the ledger holds: a price that is out of all proportion must not stop the work. */
const wholeOf = (figure: number): number => Math.min(Math.round(figure), Number.MAX_SAFE_INTEGER)
