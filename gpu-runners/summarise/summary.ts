import type { PreparedDocument, ProducedBy, Summary } from '../../schemas/generated/types.ts'
import { envelopeOf } from '../../topology/model/envelope.ts'
import type { MadeSummary } from './made.ts'

/** The schema's limit for the text of a summary, in bytes of UTF-8. */
const MAX_TEXT_BYTES = 8 * 1024
/** The same for a point. */
const MAX_POINT_BYTES = 1024

/**
 * The event for what a model gave, cut to the schema's limit; `undefined` when there was no text to summarise or the
 * document is erased. It does not point to an object yet.
 */
export function summaryOf(
  event: PreparedDocument,
  made: MadeSummary | undefined,
  mark: ProducedBy,
): Summary {
  const given = made?.text ?? ''
  const text = cutToBytes(given, MAX_TEXT_BYTES)
  const truncated = made?.truncated === true || text !== given
  return {
    operation: event.operation,
    status: made === undefined ? 'EMPTY' : truncated ? 'TRUNCATED' : 'OK',
    text,
    summaryUri: null,
    sha256: null,
    preparedUri: event.uri,
    tokensIn: made?.tokensIn ?? 0,
    tokensOut: made?.tokensOut ?? 0,
    sentAt: event.sentAt,
    type: event.type,
    citations: made?.citations ?? [],
    points: (made?.points ?? []).map((point) => ({
      ...point,
      text: cutToBytes(point.text, MAX_POINT_BYTES),
    })),
    fallback: made?.fallback ?? null,
    usage: made?.usage ?? null,
    ...envelopeOf(event, mark),
  }
}

/** The longest start of `text` of at most `limit` bytes of UTF-8 that ends between characters. */
export function cutToBytes(text: string, limit: number): string {
  // A UTF-16 unit is at most three bytes.
  if (text.length * 3 <= limit) return text
  const { read } = new TextEncoder().encodeInto(text, new Uint8Array(limit))
  return text.slice(0, read)
}
