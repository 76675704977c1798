import type { ChunkScores, ClassificationSet, LabelScore } from '../../schemas/generated/types.ts'
import * as column from './column.ts'
import { leadingColumns, originColumns, rows, type Dataset, type FromRecord } from './dataset.ts'

/** One row, before it is cut into columns. */
export interface ClassificationRow extends FromRecord<ClassificationSet> {
  readonly result: ChunkScores
  readonly score: LabelScore
}

const rowBytes = 300

/**
 * One row per chunk, model and label: counting and filtering by label is then a plain GROUP BY and WHERE, and a model
 * with other labels changes no schema. The repeated ids cost little, they are dictionary-coded.
 */
export const classifications: Dataset<ClassificationSet, ClassificationRow> = {
  name: 'classifications',
  compacted: false,
  columns: [
    ...leadingColumns<ClassificationSet, ClassificationRow>(),
    column.text('chunk_id', ({ result }) => result.chunkId),
    column.int('ordinal', ({ result }) => result.ordinal),
    column.text('model', ({ result }) => result.model),
    column.text('model_version', ({ result }) => result.modelVersion),
    column.text('label', ({ score }) => score.label),
    column.real('score', ({ score }) => score.score),
    column.flag('accepted', ({ score }) => score.accepted),
    column.reference('chunk_set_uri', ({ record }) => record.value.chunkSetUri),
    ...originColumns<ClassificationSet, ClassificationRow>(),
  ],
  // A model server may round otherwise in another batch.
  identityOf: ({ results, usage: _usage, ...event }) => ({
    ...event,
    results: results.map(({ chunkId, model, modelVersion }) => [chunkId, model, modelVersion]),
  }),
  rowsOf: (record) =>
    rows(
      record.value.results.flatMap((result) =>
        result.scores.map((score) => ({ record, result, score })),
      ),
    ),
  bytesOf: () => rowBytes,
  bytesOfEvent: ({ results }) =>
    results.reduce((sum, { scores }) => sum + rowBytes * scores.length, 0),
}
