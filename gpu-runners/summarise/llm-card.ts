import type { SummariseCard } from '../models/model-card.ts'

/** By which the pipeline asks for summaries of a large language model. */
export const LLM_CARD_NAME = 'summarise-llm'

/**
 * The card of a large language model that the configuration names. Its version is the model's name at the server: what it is,
 * and what it is good for, the operator has to know. One chat is one request: such servers form batches themselves.
 */
export const llmCard = (model: string, maxSummaryTokens: number): SummariseCard => ({
  task: 'summarise',
  name: LLM_CARD_NAME,
  version: model,
  summary: 'A large language model that the configuration names.',
  licence: 'that of the model',
  languages: [],
  input: 'chat',
  maxTokens: 1_000_000,
  maxSummaryTokens,
  batching: { cost: 'sum', maxBatchTokens: 1_000_000, maxBatchItems: 1 },
  intendedUse: ['Summaries in words of their own, where those of the document do not do.'],
  limits: [
    'It can say what the document does not: that the chunks it cites exist is checked, not that they say so.',
    'A document that takes more than llm.maxRequests is read to there, and its summary marked TRUNCATED.',
  ],
  measured: [],
})
