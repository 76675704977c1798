import { hash } from 'node:crypto'
import type { PreparedText } from '../../schemas/generated/types.ts'
import type { DeadlineClass } from '../../topology/model/deadline-class.ts'
import { createModelPools } from '../batching/model-pool.ts'
import type { ModelPorts } from '../batching/model-pool.ts'
import type { PoolOptions } from '../batching/options.ts'
import { priceOf } from '../batching/price.ts'
import type { ModelPrice } from '../batching/price.ts'
import { usageOf } from '../batching/usage.ts'
import type { SummariseCard } from '../models/model-card.ts'
import { madeOf } from './made.ts'
import type { SummaryOutcome } from './made.ts'
import { readSummaries } from './read-summaries.ts'
import { summarisableText } from './summarisable-text.ts'

/** A model that reads texts, and how it is asked. */
export interface TextModel {
  readonly card: SummariseCard
  readonly pool: Partial<PoolOptions>
  readonly maxTokens?: number
  readonly prices?: readonly ModelPrice[]
}

/** What a document says, and how many tokens that is. */
export interface SaidText {
  readonly prepared: Pick<PreparedText, 'text' | 'spans'>
  readonly tokens: number
  /** Bulk, when absent. */
  readonly deadline?: DeadlineClass
}

/** Asks a model of texts about a whole document at once. */
export function createTextSummariser({
  card,
  pool,
  prices,
  maxTokens = card.maxSummaryTokens,
}: TextModel) {
  const price = priceOf(prices, card)
  const poolOf = createModelPools({ card, read: readSummaries(card), pool, maxTokens })
  return async (
    { prepared, tokens, deadline = 'bulk' }: SaidText,
    ports: ModelPorts,
    signal: AbortSignal,
  ): Promise<SummaryOutcome> => {
    const text = summarisableText(prepared)
    if (text === '') return { kind: 'empty' }
    const item = {
      tokens: Math.max(tokens, 1),
      bytes: text.length * 2,
      contentKey: hash('sha256', text, 'base64'),
      input: { text },
      deadline,
    }
    const [outcome] = await poolOf(ports)([item], signal)
    if (outcome?.kind === 'ok') {
      const billed = outcome.result
      const usage = usageOf([{ tokens: item.tokens, outcome, billed }], price)
      return { kind: 'made', summary: madeOf(card, outcome.result, usage) }
    }
    return outcome ?? { kind: 'poison', reason: 'bad-result', message: 'no answer' }
  }
}
