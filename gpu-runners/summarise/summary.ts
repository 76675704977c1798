import { createHash } from 'node:crypto'
import type { Uri } from '../../schemas/brands.ts'
import type { PreparedDocument, ProducedBy, Summary } from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import { encodeSegment, objectName } from '../../topology/model/object-name.ts'
import type { GeneratedText } from '../../topology/ports/model-server.ts'

/** The schema's limit for the text of a summary, in bytes of UTF-8. */
const MAX_TEXT_BYTES = 8 * 1024
/** Area of the object store that holds the summaries. */
export const SUMMARY_AREA = 'summaries'

const NOTHING: GeneratedText = { text: '', tokensIn: 0, tokensOut: 0, truncated: false }

/** What the summary of a document says, before it is stored. */
export type SummaryBody = Pick<Summary, 'status' | 'text' | 'tokensIn' | 'tokensOut'>

/** The summary that a model gave, cut to the schema's limit; `undefined` when there was no text to summarise. */
export function summaryBody(generated: GeneratedText | undefined): SummaryBody {
  const { text, tokensIn, tokensOut, truncated } = generated ?? NOTHING
  const kept = cutToBytes(text, MAX_TEXT_BYTES)
  const status = generated === undefined ? 'EMPTY' : truncated || kept !== text ? 'TRUNCATED' : 'OK'
  return { status, text: kept, tokensIn, tokensOut }
}

/** A summary as an object: a function of document, revision, model and summary alone. */
export interface SummaryObject {
  readonly name: string
  readonly bytes: Uint8Array
  readonly sha256: string
}

/**
 * The JSON object of a summary. Its name holds a hash of its bytes, so that a model that words the same summary
 * otherwise in a second attempt does not collide with the first.
 */
export function summaryObject(
  event: PreparedDocument,
  body: SummaryBody,
  mark: ProducedBy,
): SummaryObject {
  const { model, modelVersion } = mark
  const content = {
    tenantId: event.tenantId,
    documentId: event.documentId,
    revision: String(event.revision),
    model,
    modelVersion,
    promptHash: mark.promptHash,
    preparedUri: event.uri,
    ...body,
  }
  const bytes = Buffer.from(`${JSON.stringify(content)}\n`)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const rest = encodeSegment(`${model}-${modelVersion}-${sha256.slice(0, 16)}.json`)
  return { name: objectName(SUMMARY_AREA, event, rest), bytes, sha256 }
}

/** The event for a stored summary; without summary for an erased document. */
export function summaryOf(
  event: PreparedDocument,
  stored: { readonly body: SummaryBody; readonly uri: Uri; readonly sha256: string } | undefined,
  mark: ProducedBy,
): Summary {
  return {
    ...envelopeOf(event, mark),
    operation: event.operation,
    ...(stored?.body ?? summaryBody(undefined)),
    summaryUri: stored?.uri ?? null,
    sha256: stored?.sha256 ?? null,
    preparedUri: event.uri,
    sentAt: event.sentAt,
    type: event.type,
  }
}

/** The longest start of `text` of at most `limit` bytes of UTF-8 that ends between characters. */
export function cutToBytes(text: string, limit: number): string {
  // A UTF-16 unit is at most three bytes.
  if (text.length * 3 <= limit) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limit))
  return text.slice(0, read)
}
