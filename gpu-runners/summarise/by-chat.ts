import type { ChunkCitation } from '../../schemas/generated/types.ts'
import type { ModelInput } from '../../topology/ports/model-server.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { Poison, SecondTry } from '../batching/item.ts'
import { createModelPools } from '../batching/model-pool.ts'
import type { ModelPorts } from '../batching/model-pool.ts'
import type { PoolOptions } from '../batching/options.ts'
import { priceOf } from '../batching/price.ts'
import type { ModelPrice } from '../batching/price.ts'
import type { SummariseCard } from '../models/model-card.ts'
import { answerAgain } from '../prompts/answer-again.ts'
import { summaryPromptsHash } from '../prompts/summary-prompts.ts'
import { createTextSummariser } from './by-text.ts'
import type { SaidText } from './by-text.ts'
import type { MadeSummary, SummaryOutcome } from './made.ts'
import { chunkLabel, NoDigest, probeChat, summarisePassages } from './map-reduce.ts'
import type { AskChat, Digest } from './map-reduce.ts'
import type { ChatOptions } from './options.ts'
import { passagesOf } from './passages.ts'
import type { PassageChunk } from './passages.ts'
import { answerCodec, readAnswers } from './read-answers.ts'

/** A chat model, and how it is asked. */
export interface ChatModel {
  readonly card: SummariseCard
  readonly pool: Partial<PoolOptions>
  /** Of an answer; what the card says when absent. */
  readonly maxTokens?: number
  readonly chat: ChatOptions
  readonly prices?: readonly ModelPrice[]
}

/** A document with the chunks that can be cited. */
export interface ChunkedText extends SaidText {
  readonly chunks: readonly PassageChunk[]
}

/** Asks a chat model about a document, in as many requests as it takes. */
export function createChatSummariser({ card, pool, chat, maxTokens, prices }: ChatModel) {
  const options = {
    ...chat,
    maxTokens: maxTokens ?? card.maxSummaryTokens,
    price: priceOf(prices, card),
  }
  const poolOf = createModelPools({
    card,
    read: readAnswers(card),
    pool,
    maxTokens: options.maxTokens,
    codec: answerCodec,
    probe: probeChat(options),
    again: answeredAgain,
  })
  const instead =
    chat.fallback &&
    createTextSummariser({ card: chat.fallback, pool: {}, ...(prices && { prices }) })

  const orInstead = async (
    poison: Poison,
    said: ChunkedText,
    ports: ModelPorts,
    signal: AbortSignal,
  ): Promise<SummaryOutcome> => {
    if (!instead) return poison
    const outcome = await instead(said, ports, signal)
    if (outcome.kind !== 'made') return outcome
    const { name: model, version: modelVersion } = card
    const code = POISON_CODES[poison.reason]
    const fallback = { code, model, modelVersion, promptHash: summaryPromptsHash }
    return { kind: 'made', summary: { ...outcome.summary, fallback } }
  }

  return async (
    said: ChunkedText,
    ports: ModelPorts,
    signal: AbortSignal,
  ): Promise<SummaryOutcome> => {
    const pooled = poolOf(ports)
    const ask: AskChat = async (item, either) => {
      const [outcome] = await pooled([{ ...item, deadline: said.deadline ?? 'bulk' }], either)
      return outcome ?? { kind: 'poison', reason: 'bad-result', message: 'no answer' }
    }
    const passages = passagesOf(said.prepared, said.chunks)
    if (passages.length === 0) return { kind: 'empty' }
    try {
      const digest = await summarisePassages(passages, ask, options, signal)
      return { kind: 'made', summary: summaryOf(card, digest, said.chunks) }
    } catch (error) {
      if (error instanceof NoDigest) return orInstead(error.poison, said, ports, signal)
      throw error
    }
  }
}

/** A model is told what was wrong with its answer; what a server says of a chat that it did not answer is not for it. */
const answeredAgain = (input: ModelInput, { reason, message }: SecondTry): ModelInput =>
  input.chat && reason === 'bad-result'
    ? { ...input, chat: answerAgain.render(input.chat, message.split(';')[0] ?? '') }
    : input

function summaryOf(
  card: SummariseCard,
  { summary, citations, points, tokensIn, tokensOut, usage, whole }: Digest,
  chunks: readonly PassageChunk[],
): MadeSummary {
  const byLabel = new Map(
    chunks.map(({ id, ordinal }) => [chunkLabel({ ordinal }), { id, ordinal }]),
  )
  const cited = (labels: readonly string[]): readonly ChunkCitation[] =>
    [...new Set(labels)]
      .flatMap((label) => byLabel.get(label) ?? [])
      .map(({ id: chunkId, ordinal }) => ({ chunkId, ordinal }))
      .sort((a, b) => a.ordinal - b.ordinal)
  return {
    card,
    promptHash: summaryPromptsHash,
    text: summary,
    citations: cited(citations),
    points: points.map((point) => ({ text: point.text, citations: cited(point.citations) })),
    tokensIn,
    tokensOut,
    truncated: !whole,
    fallback: null,
    usage,
  }
}
