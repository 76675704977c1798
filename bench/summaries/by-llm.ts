import { createHash } from 'node:crypto'
import { createLlmModelServer } from '../../drivers/llm/llm-model-server.ts'
import { DEFAULT_LLM_OPTIONS } from '../../drivers/llm/options.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { createChatSummariser } from '../../gpu-runners/summarise/by-chat.ts'
import { LLM_CARD_NAME, llmCard } from '../../gpu-runners/summarise/llm-card.ts'
import type { PassageChunk } from '../../gpu-runners/summarise/passages.ts'
import type { Claim } from './claims.ts'
import { wordsOf } from './rouge.ts'

/** What a bench is told of a server with OpenAI's chat completions. */
export interface LlmEndpoint {
  /** With its path: `http://127.0.0.1:8080/v1`. */
  readonly url: string
  readonly model: string
  readonly key?: string
  /** Most tokens of the document in one request. */
  readonly inputTokens: number
  readonly timeoutMs: number
}

/** Empty where the model had no usable answer. */
export interface LlmSummary {
  readonly text: string
  /** Its sentences, which rest on all that it cites, and its points, each with what it cites. */
  readonly claims: readonly Claim[]
}

/** Words of a chunk, about: what can be cited is as large as what is searched for. */
const CHUNK_WORDS = 180
const MAX_TOKENS = 700
const MAX_REQUESTS = 32

/** Runs of lines; a longer line stays whole. */
export const chunksOf = (text: string): readonly PassageChunk[] => {
  const chunks: PassageChunk[] = []
  let [start, end, words] = [0, 0, 0]
  const close = (): void => {
    if (end === start) return
    const id = createHash('sha256').update(`${start}`).digest('hex')
    chunks.push({ id, ordinal: chunks.length, start, end, tokens: Math.ceil(words * 1.5) + 1 })
    start = end
    words = 0
  }
  for (const line of text.split(/(?<=\n)/)) {
    const count = wordsOf(line).length
    if (words + count > CHUNK_WORDS) close()
    end += line.length
    words += count
  }
  close()
  return chunks
}

/** Summaries as the stage asks for them: in parts, merged, citations checked, a bad answer asked for once more. */
export const openLlmSummaries = (
  { url, model, key, inputTokens, timeoutMs }: LlmEndpoint,
  sentencesOf: (text: string) => readonly string[],
) => {
  const server = { url, model, name: LLM_CARD_NAME, timeoutMs, ...(key !== undefined && { key }) }
  const models = createLlmModelServer(
    { ...DEFAULT_LLM_OPTIONS, ...server, maxTokens: MAX_TOKENS },
    { clock },
  )
  const summarise = createChatSummariser({
    card: llmCard(model, MAX_TOKENS),
    pool: { maxInFlight: 4, lingerMs: 0 },
    chat: { inputTokens, maxRequests: MAX_REQUESTS },
  })
  return {
    summarise: async (text: string): Promise<LlmSummary> => {
      const chunks = chunksOf(text)
      const said = { prepared: { text, spans: [] }, tokens: wordsOf(text).length, chunks }
      const outcome = await summarise(said, { models, clock }, new AbortController().signal)
      if (outcome.kind !== 'made') return { text: '', claims: [] }
      const { text: summary, citations, points } = outcome.summary
      const cited = (of: typeof citations): string =>
        of.map(({ ordinal }) => text.slice(chunks[ordinal]?.start, chunks[ordinal]?.end)).join('\n')
      return {
        text: summary,
        claims: [
          ...sentencesOf(summary).map((each) => ({ text: each, evidence: cited(citations) })),
          ...points.map((point) => ({ text: point.text, evidence: cited(point.citations) })),
        ],
      }
    },
    close: () => models.close(),
  }
}
