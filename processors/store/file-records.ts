import { littleEndian } from '../../schemas/little-endian.ts'
import type {
  AttachmentRecord,
  AttachmentStatus,
  ChunkRecord,
  ParticipantRecord,
  PreparedText,
  SpanKindName,
  SpanRecord,
} from '../../schemas/generated/types.ts'
import type {
  Attachment,
  Chunk,
  Participant,
  Span,
  SpanKind,
} from '../../topology/model/document.ts'
import type { Redacted } from '../../topology/model/draft.ts'
import type { Envelope } from '../../topology/model/envelope.ts'

/** The content of a prepared text file. */
export const preparedText = (draft: Redacted, envelope: Envelope): PreparedText => {
  const { document } = draft
  return {
    contentHash: draft.contentHash,
    type: document.type,
    language: document.language ?? null,
    subject: document.subject ?? null,
    text: document.text,
    spans: document.spans.map(spanRecord),
    participants: document.participants.map(participantRecord),
    attachments: document.attachments.map(attachmentRecord),
    findings: draft.findings,
    redactions: draft.redactions,
    sentAt: wholeMillis(document.dates.sent),
    lastAt: wholeMillis(document.dates.last),
    threadHash: document.threadId ?? null,
    warnings: document.warnings,
    ...envelope,
  }
}

const spanKinds: Readonly<Record<SpanKind, SpanKindName>> = {
  header: 'HEADER',
  body: 'BODY',
  quote: 'QUOTE',
  signature: 'SIGNATURE',
  disclaimer: 'DISCLAIMER',
  forward: 'FORWARD',
  turn: 'TURN',
  cue: 'CUE',
  page: 'PAGE',
  heading: 'HEADING',
  'table-row': 'TABLE_ROW',
  attachment: 'ATTACHMENT',
}

/** Some sources have fractions of a millisecond, and some dates are none. */
export const wholeMillis = (at: number | undefined): number | null =>
  at !== undefined && Number.isFinite(at) ? Math.round(at) : null

const bigMillis = (at: number | undefined): bigint | null => {
  const whole = wholeMillis(at)
  return whole === null ? null : BigInt(whole)
}

export const spanRecord = ({ kind, start, end, depth, speaker, at, path }: Span): SpanRecord => ({
  kind: spanKinds[kind],
  start,
  end,
  depth,
  speaker: speaker ?? null,
  at: bigMillis(at),
  path: path ?? null,
})

const participantRecord = ({ role, name, address }: Participant): ParticipantRecord => ({
  role,
  name: name ?? null,
  address: address ?? null,
})

const attachmentStatuses: Readonly<Record<Attachment['status'], AttachmentStatus>> = {
  read: 'READ',
  unsupported: 'UNSUPPORTED',
  encrypted: 'ENCRYPTED',
  broken: 'BROKEN',
  limit: 'LIMIT',
}

export const attachmentRecord = ({
  path,
  name,
  type,
  bytes,
  status,
}: Attachment): AttachmentRecord => ({
  path,
  name: name ?? null,
  type,
  bytes: BigInt(bytes),
  status: attachmentStatuses[status],
})

/** A chunk with its own text, so that who reads it needs no other file. */
export const chunkRecord = (chunk: Chunk, text: string): ChunkRecord => ({
  id: chunk.id,
  ordinal: chunk.ordinal,
  start: chunk.start,
  end: chunk.end,
  text: text.slice(chunk.start, chunk.end),
  tokens: chunk.ids.length,
  ids: littleEndian(chunk.ids),
  hardSplit: chunk.hardSplit,
  startByte: chunk.startByte,
  endByte: chunk.endByte,
  startCodePoint: chunk.startCodePoint,
  endCodePoint: chunk.endCodePoint,
  textHash: chunk.textHash,
  sourceStart: chunk.sourceStart,
  sourceEnd: chunk.sourceEnd,
  header: chunk.header ?? null,
  headerIds: chunk.headerIds === undefined ? null : littleEndian(chunk.headerIds),
  nearKeys: chunk.nearKeys ?? [],
})
