import type { AttachmentRecord, PreparedDocument } from '../../schemas/generated/types.ts'
import * as column from './column.ts'
import { leadingColumns, originColumns, rows, type Dataset, type FromRecord } from './dataset.ts'

type Row = FromRecord<PreparedDocument>

const total = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((sum, count) => sum + count, 0)

const attachmentColumns: readonly column.Column<AttachmentRecord>[] = [
  column.text('path', ({ path }) => path),
  column.optionalText('name', ({ name }) => name),
  column.text('type', ({ type }) => type),
  column.long('bytes', ({ bytes }) => bytes),
  column.text('status', ({ status }) => status),
]

const bytesOf = ({ attachments }: PreparedDocument): number => 500 + 100 * attachments.length

/** One row per revision of a document. */
export const documents: Dataset<PreparedDocument, Row> = {
  name: 'documents',
  compacted: false,
  columns: [
    ...leadingColumns<PreparedDocument, Row>(),
    column.unique(column.text('content_hash', ({ record }) => record.value.contentHash)),
    column.optionalText('language', ({ record }) => record.value.language),
    column.int('characters', ({ record }) => record.value.characters),
    column.int('tokens', ({ record }) => record.value.tokens),
    column.int('chunks', ({ record }) => record.value.chunks),
    column.int('redacted', ({ record }) => total(record.value.redactions)),
    column.counts('redactions', ({ record }) => record.value.redactions),
    column.optionalTime('last_at', ({ record }) => record.value.lastAt),
    column.optionalText('thread_hash', ({ record }) => record.value.threadHash),
    column.structs('attachments', attachmentColumns, ({ record }) => record.value.attachments),
    column.texts('warnings', ({ record }) => record.value.warnings),
    column.unique(column.optionalText('prepared_uri', ({ record }) => record.value.uri)),
    column.text('tokenizer_sha256', ({ record }) => record.value.tokenizerSha256),
    ...originColumns<PreparedDocument, Row>(),
  ],
  identityOf: (event) => event,
  rowsOf: (record) => rows([{ record }]),
  bytesOf: ({ record }) => bytesOf(record.value),
  bytesOfEvent: bytesOf,
}
