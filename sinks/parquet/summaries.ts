import type { Summary, SummaryPoint } from '../../schemas/generated/types.ts'
import * as column from './column.ts'
import { leadingColumns, originColumns, rows, type Dataset, type FromRecord } from './dataset.ts'

type Row = FromRecord<Summary>

/** Which chunks a point cites stands as text, since a list within a list is more than the writer has. */
const pointColumns: readonly column.Column<SummaryPoint>[] = [
  column.text('text', ({ text }) => text),
  column.text('citations', ({ citations }) => citations.map(({ chunkId }) => chunkId).join(' ')),
]

const bytesOf = ({ text, citations, points }: Summary): number =>
  500 +
  text.length +
  40 * citations.length +
  points.reduce((sum, point) => sum + point.text.length + 40 * point.citations.length, 0)

/** One row per summary of a revision. */
export const summaries: Dataset<Summary, Row> = {
  name: 'summaries',
  compacted: true,
  columns: [
    ...leadingColumns<Summary, Row>(),
    column.text('status', ({ record }) => record.value.status),
    column.unique(column.text('text', ({ record }) => record.value.text)),
    column.int('tokens_in', ({ record }) => record.value.tokensIn),
    column.int('tokens_out', ({ record }) => record.value.tokensOut),
    column.optionalText('model', ({ record }) => record.value.producedBy.model),
    column.optionalText('model_version', ({ record }) => record.value.producedBy.modelVersion),
    column.optionalText('prompt_hash', ({ record }) => record.value.producedBy.promptHash),
    column.texts('citations', ({ record }) => record.value.citations.map(({ chunkId }) => chunkId)),
    column.structs('points', pointColumns, ({ record }) => record.value.points),
    column.optionalText('fallback', ({ record }) => record.value.fallback?.code ?? null),
    column.unique(column.optionalText('summary_uri', ({ record }) => record.value.summaryUri)),
    column.unique(column.optionalText('sha256', ({ record }) => record.value.sha256)),
    column.unique(column.optionalText('prepared_uri', ({ record }) => record.value.preparedUri)),
    ...originColumns<Summary, Row>(),
  ],
  identityOf: ({ usage: _usage, ...event }) => event,
  rowsOf: (record) => rows([{ record }]),
  bytesOf: ({ record }) => bytesOf(record.value),
  bytesOfEvent: bytesOf,
}
