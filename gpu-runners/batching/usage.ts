import type { ModelUsage } from '../../schemas/generated/types.ts'
import type { ItemOutcome, PoolItem } from './item.ts'

/** An item that a model was asked about, and what became of it. */
export interface AskedItem {
  readonly tokens: PoolItem['tokens']
  readonly outcome: ItemOutcome<unknown>
}

/** What it took to compute some items. Those that came to nothing are left out: they have dead letters. */
export function usageOf(items: Iterable<AskedItem>): ModelUsage {
  let [requests, computed, tokens, paddedTokens] = [0, 0, 0, 0]
  let [cachedItems, cachedTokens] = [0, 0]
  for (const { tokens: length, outcome } of items) {
    if (outcome.kind !== 'ok') continue
    const { usage } = outcome
    if (usage) {
      computed++
      requests += usage.requests
      tokens += usage.tokens
      paddedTokens += usage.paddedTokens
    } else {
      cachedItems++
      cachedTokens += length
    }
  }
  return { requests, items: computed, tokens, paddedTokens, cachedItems, cachedTokens }
}

/** The same as figures of the ledger and the metrics. */
export const usageFigures = (usage: ModelUsage | null): Readonly<Record<string, number>> =>
  usage
    ? {
        modelRequests: usage.requests,
        modelItems: usage.items,
        modelTokens: usage.tokens,
        modelPaddedTokens: usage.paddedTokens,
        cachedItems: usage.cachedItems,
        cachedTokens: usage.cachedTokens,
      }
    : {}
