import assert from 'node:assert/strict'
import type { SummaryAnswer } from '../../../gpu-runners/prompts/answer.ts'
import { createSummariseStage } from '../../../gpu-runners/summarise/index.ts'
import type { ChatOptions } from '../../../gpu-runners/summarise/options.ts'
import { summaryCodec } from '../../../schemas/generated/codecs.ts'
import type { PreparedDocument, Summary } from '../../../schemas/generated/types.ts'
import type { Outcome } from '../../../topology/model/outcome.ts'
import type { GeneratedText, InferenceRequest } from '../../../topology/ports/model-server.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aStageContext } from '../../builders/test-ports.ts'
import { aSummariseCard } from '../cards.ts'
import { immediateClock } from '../immediate-clock.ts'
import { scriptedModels } from '../scripted-models.ts'

/** One chat as a model sees it. */
export interface SeenChat {
  readonly user: string
  /** Ids that may be cited. */
  readonly ids: readonly string[]
  readonly merges: boolean
}

export const seenIn = ({ inputs }: InferenceRequest): SeenChat => {
  const user = inputs[0]?.chat?.user ?? ''
  const found = [...user.matchAll(/<chunk id="([^"]*)">|cites="([^"]*)"/g)]
  const ids = found.flatMap(([, id, cites]) => id ?? (cites ?? '').split(' '))
  return { user, ids: [...new Set(ids)], merges: user.startsWith('Merge') }
}

/** What a model that does as it is told answers. */
export const answerOf = ({ ids, merges }: SeenChat, changes: Partial<SummaryAnswer> = {}): string =>
  JSON.stringify({
    summary: merges ? 'All of it.' : `About ${ids.join(' and ')}.`,
    citations: ids.slice(0, 2),
    points: [{ text: 'What comes last.', citations: ids.slice(-1) }],
    ...changes,
  })

export const generated = (text: string): GeneratedText => ({
  text,
  tokensIn: 100,
  tokensOut: 10,
  truncated: false,
})

/** The runner asks this to see whether the model answers others. */
export const isProbe = ({ user }: SeenChat): boolean => user.includes('The meeting begins at nine.')

export type Answer = (chat: SeenChat, count: number) => GeneratedText | string

interface Setup {
  readonly answer?: Answer
  readonly chat?: Partial<ChatOptions>
  readonly card?: Parameters<typeof aSummariseCard>[0]
}

/** The stage with a scripted model, and what that was asked. */
export function aChatStage({ answer = (chat) => answerOf(chat), chat, card }: Setup = {}) {
  const objects = inMemoryObjectStore()
  const models = scriptedModels((request, count) => {
    const { version: modelVersion, model } = request
    if (model === 'lexrank')
      return { kind: 'texts', modelVersion, texts: [generated(request.inputs[0]?.text ?? '')] }
    const given = answer(seenIn(request), count)
    const text = typeof given === 'string' ? generated(given) : given
    return { kind: 'texts', modelVersion, texts: [text] }
  })
  const stage = createSummariseStage({
    card: aSummariseCard({
      input: 'chat',
      maxSummaryTokens: 100,
      batching: { cost: 'sum', maxBatchTokens: 1_000_000, maxBatchItems: 1 },
      ...card,
    }),
    pool: { lingerMs: 0, maxInFlight: 4 },
    chat: { inputTokens: 500, maxRequests: 32, ...chat },
  })
  const context = aStageContext({ objects, models, clock: immediateClock() })
  return {
    objects,
    stage,
    requests: () => models.requests,
    chats: () => models.requests.filter(({ model }) => model === 'brief').map(seenIn),
    run: (event: PreparedDocument) => stage.run(event, context),
  }
}

/** The summary that was forwarded, which its schema can hold. */
export const summaryIn = (outcome: Outcome<Summary>): Summary => {
  assert.ok(outcome.kind === 'forward', outcome.kind)
  const [summary] = outcome.values
  assert.ok(summary)
  summaryCodec.encode(summary)
  return summary
}

export const failureIn = (outcome: Outcome<Summary>) => {
  assert.ok(outcome.kind === 'dead-letter', outcome.kind)
  return outcome.failure
}

/** `count` chunks of 100 words; 4 of them and their marks fit a request. */
export const chunksOf = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `w${i} `.repeat(100).trim())
