import { decodeFile } from '../../schemas/container-file.ts'
import { preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type { PreparedDocument, PreparedText, Summary } from '../../schemas/generated/types.ts'
import { isMarkedErased } from '../../topology/model/erased-mark.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import { Rejected, type Failure } from '../../topology/model/failure.ts'
import { deadLetter, drop, forward } from '../../topology/model/outcome.ts'
import type { AskingStage, Settings, StageContext } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { POISON_CODES, poisonDisposition } from '../batching/item.ts'
import type { Poison } from '../batching/item.ts'
import { usageFigures } from '../batching/usage.ts'
import { findChunks } from '../chunk-set/find-chunks.ts'
import type { SummariseCard } from '../models/model-card.ts'
import { summaryPromptsHash } from '../prompts/summary-prompts.ts'
import { createChatSummariser } from './by-chat.ts'
import { createTextSummariser } from './by-text.ts'
import type { SummaryOutcome } from './made.ts'
import { DEFAULT_SUMMARISE_OPTIONS } from './options.ts'
import type { SummariseOptions } from './options.ts'
import { summaryOf } from './summary.ts'

const STAGE = { name: 'summarise', version: 1 } as const

/** Summarises a document that has a text. */
type Summarise = (
  event: PreparedDocument,
  prepared: PreparedText,
  context: Pick<StageContext, 'ports' | 'signal' | 'deadline'>,
) => Promise<SummaryOutcome>

/**
 * Makes the stage that summarises documents. The event does not yet point to an object: storing the summary is the
 * next stage's work. An erasing event is passed on without summary.
 */
export function createSummariseStage(
  given: Pick<SummariseOptions, 'card'> & Partial<SummariseOptions>,
): AskingStage<PreparedDocument, Summary> {
  const options: SummariseOptions = { ...DEFAULT_SUMMARISE_OPTIONS, ...given }
  const { card, concurrency, timeoutMs } = options
  const summarise = wayOf(options)
  const asked = { model: card.name, modelVersion: card.version }
  const prompt = options.chat ? { promptHash: summaryPromptsHash } : {}
  return {
    kind: 'asking',
    ...STAGE,
    order: 'key',
    doc: `Summaries of documents by ${card.name}@${card.version}`,
    concurrency,
    timeoutMs,
    settings: settingsOf(options),
    run: async (event, context) => {
      const { identity, objects } = context.ports
      const mark = producedBy(STAGE, identity, { ...asked, ...prompt })
      if (event.operation === 'ERASE') return forward(summaryOf(event, undefined, mark))
      const prepared = await loadPreparedText(event, objects)
      if (!prepared) return drop('erased')
      const outcome = await summarise(event, prepared, context)
      if (outcome.kind === 'empty') return forward(summaryOf(event, undefined, mark))
      if (outcome.kind === 'poison') return deadLetter(failureOf(card, outcome))
      const { summary: made } = outcome
      const { name: model, version: modelVersion } = made.card
      const by = made.fallback ? { model, modelVersion } : { ...asked, ...prompt }
      const summary = summaryOf(event, made, producedBy(STAGE, identity, by))
      return forward(summary, { facts: { counts: countsOf(summary) } })
    },
  }
}

function wayOf(options: SummariseOptions): Summarise {
  const { card, chat } = options
  if (card.input !== 'chat') {
    const byText = createTextSummariser(options)
    return ({ tokens }, prepared, { ports, signal, deadline }) =>
      byText({ prepared, tokens, deadline }, ports, signal)
  }
  if (!chat) throw new Error(`${card.name} is a chat model: it needs options.chat`)
  const byChat = createChatSummariser({ ...options, chat })
  return async (event, prepared, { ports, signal, deadline }) => {
    if (prepared.text.trim() === '') return { kind: 'empty' }
    const chunks = await findChunks(event, ports.objects)
    return byChat({ prepared, tokens: event.tokens, chunks, deadline }, ports, signal)
  }
}

const countsOf = ({
  tokensIn,
  tokensOut,
  fallback,
  usage,
}: Summary): Readonly<Record<string, number>> => ({
  tokensIn,
  tokensOut,
  ...usageFigures(usage),
  ...(fallback && { fallbacks: 1 }),
})

function settingsOf({ card, chat, maxTokens = card.maxSummaryTokens }: SummariseOptions): Settings {
  const common = { model: `${card.name}@${card.version}`, maxTokens }
  if (!chat) return common
  const { inputTokens, maxRequests, fallback } = chat
  return {
    ...common,
    promptHash: summaryPromptsHash,
    inputTokens,
    maxRequests,
    ...(fallback && { fallback: `${fallback.name}@${fallback.version}` }),
  }
}

function failureOf(card: SummariseCard, { reason, message }: Poison): Failure {
  return {
    disposition: poisonDisposition(reason),
    code: POISON_CODES[reason],
    message: `${card.name}@${card.version} gave no usable summary: ${message}`,
  }
}

/** Undefined when the document was erased since. */
async function loadPreparedText(
  event: PreparedDocument,
  objects: ObjectStore,
): Promise<PreparedText | undefined> {
  const bytes = event.uri === null ? undefined : await objects.get(event.uri)
  if (bytes === undefined) {
    if (await isMarkedErased(objects, event)) return undefined
    throw new Rejected({
      disposition: 'NOT_FOUND',
      code: 'prepared-text-missing',
      message: 'the prepared text is not in the object store; prepare the document again',
    })
  }
  try {
    return decodeFile(preparedTextCodec, bytes)
  } catch {
    throw new Rejected({
      disposition: 'UNREADABLE',
      code: 'prepared-text-unreadable',
      message:
        'the prepared text is not an Avro file of a known schema; prepare the document again',
    })
  }
}
