import { hash } from 'node:crypto'
import { decodeFile } from '../../schemas/container-file.ts'
import { preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type { PreparedDocument, PreparedText, Summary } from '../../schemas/generated/types.ts'
import { isMarkedErased } from '../../topology/model/erased-mark.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import { Rejected, type Failure } from '../../topology/model/failure.ts'
import { deadLetter, drop, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { POISON_CODES } from '../batching/item.ts'
import type { Poison } from '../batching/item.ts'
import { createModelPools } from '../batching/model-pool.ts'
import type { ModelItem } from '../batching/model-pool.ts'
import type { SummariseCard } from '../models/model-card.ts'
import { DEFAULT_SUMMARISE_OPTIONS } from './options.ts'
import type { SummariseOptions } from './options.ts'
import { readSummaries } from './read-summaries.ts'
import { summaryOf } from './summary.ts'
import { summarisableText } from './summarisable-text.ts'

const STAGE = { name: 'summarise', version: 1 } as const

/**
 * Makes the stage that summarises documents. The event does not yet point to an object: storing the summary is the
 * next stage's work. An erasing event is passed on without summary.
 */
export function createSummariseStage(
  given: Pick<SummariseOptions, 'card'> & Partial<SummariseOptions>,
): AskingStage<PreparedDocument, Summary> {
  const options: SummariseOptions = { ...DEFAULT_SUMMARISE_OPTIONS, ...given }
  const { card, pool, concurrency, timeoutMs, maxTokens = card.maxSummaryTokens } = options
  const prompt = options.promptHash === undefined ? {} : { promptHash: options.promptHash }
  const poolOf = createModelPools({ card, read: readSummaries(card), pool, maxTokens })
  return {
    kind: 'asking',
    ...STAGE,
    order: 'key',
    doc: `Summaries of documents by ${card.name}@${card.version}`,
    concurrency,
    timeoutMs,
    settings: { model: `${card.name}@${card.version}`, maxTokens, ...prompt },
    run: async (event, { ports, signal }) => {
      const mark = producedBy(STAGE, ports.identity, {
        model: card.name,
        modelVersion: card.version,
        ...prompt,
      })
      if (event.operation === 'ERASE') return forward(summaryOf(event, undefined, mark))
      const prepared = await loadPreparedText(event, ports.objects)
      if (!prepared) return drop('erased')
      const text = summarisableText(prepared)
      if (text === '') return forward(summaryOf(event, undefined, mark))
      const [outcome] = await poolOf(ports)([documentItem(event, text)], signal)
      if (outcome?.kind !== 'ok') return deadLetter(failureOf(card, outcome))
      const summary = summaryOf(event, outcome.result, mark)
      const counts = { tokensIn: summary.tokensIn, tokensOut: summary.tokensOut }
      return forward(summary, { facts: { counts } })
    },
  }
}

function failureOf(card: SummariseCard, outcome: Poison | undefined): Failure {
  const { reason, message } = outcome ?? { reason: 'bad-result', message: 'no answer' }
  return {
    disposition: reason === 'refused' ? 'VALIDATION' : 'POISON',
    code: POISON_CODES[reason],
    message: `${card.name}@${card.version} gave no usable summary: ${message}`,
  }
}

function documentItem(event: PreparedDocument, text: string): ModelItem {
  return {
    tokens: Math.max(event.tokens, 1),
    bytes: text.length * 2,
    contentKey: hash('sha256', text, 'base64'),
    input: { text },
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
