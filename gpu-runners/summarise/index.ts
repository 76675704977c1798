import { createHash } from 'node:crypto'
import { decodeFile } from '../../schemas/container-file.ts'
import { preparedTextCodec } from '../../schemas/generated/codecs.ts'
import type { PreparedDocument, PreparedText, Summary } from '../../schemas/generated/types.ts'
import { producedBy } from '../../topology/model/envelope.ts'
import { Rejected } from '../../topology/model/failure.ts'
import { documentPrefix, revisionInName } from '../../topology/model/object-name.ts'
import { deadLetter, forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import { POISON_CODES } from '../batching/item.ts'
import { createModelPools } from '../batching/model-pool.ts'
import type { ModelItem } from '../batching/model-pool.ts'
import { DEFAULT_SUMMARISE_OPTIONS } from './options.ts'
import type { SummariseOptions } from './options.ts'
import { readSummaries } from './read-summaries.ts'
import { SUMMARY_AREA, summaryBody, summaryObject, summaryOf } from './summary.ts'
import { summarisableText } from './summarisable-text.ts'

const STAGE = { name: 'summarise', version: 1 } as const

/**
 * Makes the stage that summarises documents. The summary is stored as an object before its event goes on, so that the
 * event never points to nothing. An erasing event removes the stored summaries of the document up to its revision.
 */
export function createSummariseStage(
  given: Pick<SummariseOptions, 'card'> & Partial<SummariseOptions>,
): AskingStage<PreparedDocument, Summary> {
  const options: SummariseOptions = { ...DEFAULT_SUMMARISE_OPTIONS, ...given }
  const { card, pool, concurrency, timeoutMs, maxTokens = card.maxSummaryTokens } = options
  const poolOf = createModelPools({ card, read: readSummaries(card), pool, maxTokens })
  return {
    kind: 'asking',
    ...STAGE,
    order: 'key',
    doc: `Summaries of documents by ${card.name}@${card.version}`,
    concurrency,
    timeoutMs,
    run: async (event, { ports, signal }) => {
      const { objects } = ports
      const mark = producedBy(STAGE, ports.identity, {
        model: card.name,
        modelVersion: card.version,
      })
      if (event.operation === 'ERASE') {
        await removeSummaries(event, objects)
        return forward(summaryOf(event, undefined, mark))
      }
      const text = summarisableText(await loadPreparedText(event, objects))
      const outcome =
        text === '' ? undefined : await poolOf(ports)(documentItem(event, text), signal)
      if (outcome?.kind === 'poison') {
        return deadLetter({
          disposition: outcome.reason === 'refused' ? 'VALIDATION' : 'POISON',
          code: POISON_CODES[outcome.reason],
          message: `${card.name}@${card.version} gave no usable summary: ${outcome.message}`,
        })
      }
      const body = summaryBody(outcome?.result)
      const { name, bytes, sha256 } = summaryObject(event, body, mark)
      await objects.put(name, bytes)
      const uri = objects.uriOf(name)
      const counts = { tokensIn: body.tokensIn, tokensOut: body.tokensOut }
      return forward(summaryOf(event, { body, uri, sha256 }, mark), {
        facts: { outputs: [uri], counts },
      })
    },
  }
}

function documentItem(event: PreparedDocument, text: string): ModelItem {
  return {
    tokens: Math.max(event.tokens, 1),
    bytes: text.length * 2,
    contentKey: createHash('sha256').update(text).digest('base64'),
    input: { text },
  }
}

async function loadPreparedText(
  event: PreparedDocument,
  objects: ObjectStore,
): Promise<PreparedText> {
  const bytes = event.uri === null ? undefined : await objects.get(event.uri)
  if (bytes === undefined) {
    throw new Rejected({
      disposition: 'NOT_FOUND',
      code: 'prepared-text-missing',
      message:
        'the prepared text is not in the object store; unless the document was erased, prepare it again',
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

async function removeSummaries(event: PreparedDocument, objects: ObjectStore): Promise<void> {
  for await (const { name, uri } of objects.list(documentPrefix(SUMMARY_AREA, event))) {
    const revision = revisionInName(SUMMARY_AREA, event, name)
    if (revision !== undefined && revision <= event.revision) await objects.remove(uri)
  }
}
