import type { Config } from '../../config/schema.ts'
import { systemClock as clock } from '../../drivers/system/system-clock.ts'
import { POISON_CODES } from '../../gpu-runners/batching/item.ts'
import { createChatSummariser, type ChunkedText } from '../../gpu-runners/summarise/by-chat.ts'
import { createTextSummariser } from '../../gpu-runners/summarise/by-text.ts'
import type { MadeSummary } from '../../gpu-runners/summarise/made.ts'
import { createChunker } from '../../processors/chunk/chunk.ts'
import { spanRecord } from '../../processors/store/file-records.ts'
import { tokeniserOnce } from '../../processors/tokenise/index.ts'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { ChunkCitation } from '../../schemas/generated/types.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import { pipelineOptionsOf } from '../pipeline-options.ts'
import { createTextReader } from './read-document.ts'
import { failed, made } from './try-result.ts'
import type { TryStage } from './try-stage.ts'

/** Documents at work at once, so that batches fill. */
const width = 64

/** A summary of what the document itself says: without headers, quotes, signatures. Empty when there is nothing. */
export const createTrySummarise = (
  config: Config,
  models: ModelServer,
  maxTokens: number | undefined,
): TryStage => {
  const read = createTextReader(config)
  const { tokenise, summarise: given } = pipelineOptionsOf(config)
  const options = { ...given, ...(maxTokens !== undefined && { maxTokens }) }
  const { card, chat } = options
  const summarise = chat
    ? createChatSummariser({ ...options, chat })
    : createTextSummariser(options)
  const chunked = chunkerOf(config, tokeniserOnce(tokenise))
  const model = `${card.name}@${card.version}`
  const empty = { text: '', model, tokensIn: 0, tokensOut: 0, truncated: false }
  return {
    width,
    run: async (source) => {
      const document = await read(source)
      if (document.kind === 'failed') return document
      const said = chunked(document.value)
      // Nobody aborts. One for each document, as a signal remembers who listens to it.
      const outcome = await summarise(said, { models, clock }, new AbortController().signal)
      if (outcome.kind === 'empty') return made(empty)
      if (outcome.kind === 'poison') return failed(POISON_CODES[outcome.reason], outcome.message)
      return made(lineOf(outcome.summary, said))
    },
  }
}

const chunkerOf = (config: Config, load: ReturnType<typeof tokeniserOnce>) => {
  let cut: ReturnType<typeof createChunker> | undefined
  return (document: CanonicalDocument): ChunkedText => {
    const { text, spans } = document
    const tokens = load().tokenise(text)
    cut ??= createChunker(config.chunk, load())
    return {
      prepared: { text, spans: spans.map(spanRecord) },
      tokens: tokens.ids.length,
      chunks: cut(document, tokens).map((each) => ({ ...each, tokens: each.ids.length })),
    }
  }
}

const lineOf = (
  { text, card, tokensIn, tokensOut, truncated, citations, points, fallback }: MadeSummary,
  { chunks }: ChunkedText,
) => {
  const placesOf = (cited: readonly ChunkCitation[]) =>
    cited.map(({ ordinal }) => {
      const { start, end } = chunks[ordinal] ?? {}
      return { chunk: ordinal, start, end }
    })
  return {
    text,
    model: `${card.name}@${card.version}`,
    tokensIn,
    tokensOut,
    truncated,
    ...(citations.length > 0 && { citations: placesOf(citations) }),
    ...(points.length > 0 && {
      points: points.map((point) => ({ text: point.text, citations: placesOf(point.citations) })),
    }),
    ...(fallback && { fallback: fallback.code }),
  }
}
