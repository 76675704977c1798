import type { ChunkVector, EmbeddingSet } from '../../schemas/generated/types.ts'
import * as column from './column.ts'
import { leadingColumns, originColumns, rows, type Dataset, type FromRecord } from './dataset.ts'

/** One row, before it is cut into columns. */
export interface EmbeddingRow extends FromRecord<EmbeddingSet> {
  readonly vector: ChunkVector
}

/** One row per chunk and model, with its vector. */
export const embeddings: Dataset<EmbeddingSet, EmbeddingRow> = {
  name: 'embeddings',
  compacted: false,
  columns: [
    ...leadingColumns<EmbeddingSet, EmbeddingRow>(),
    column.unique(column.text('chunk_id', ({ vector }) => vector.chunkId)),
    column.int('ordinal', ({ vector }) => vector.ordinal),
    column.int('tokens', ({ vector }) => vector.tokens),
    column.optionalText('model', ({ record }) => record.value.producedBy.model),
    column.optionalText('model_version', ({ record }) => record.value.producedBy.modelVersion),
    column.int('dimensions', ({ record }) => record.value.dimensions),
    column.vector('embedding', ({ vector }) => vector.vector),
    column.reference('chunk_set_uri', ({ record }) => record.value.chunkSetUri),
    ...originColumns<EmbeddingSet, EmbeddingRow>(),
  ],
  // A model server may round otherwise in another batch.
  identityOf: ({ vectors, usage: _usage, ...event }) => ({
    ...event,
    vectors: vectors.map(({ chunkId }) => chunkId),
  }),
  rowsOf: (record) => {
    const bytes = record.value.dimensions * 4
    if (record.value.vectors.every(({ vector }) => vector.length === bytes)) {
      return rows(record.value.vectors.map((vector) => ({ record, vector })))
    }
    const message = 'a vector is not as long as the dimensions of its set: embed the document again'
    return {
      kind: 'failed',
      failure: { disposition: 'VALIDATION', code: 'vector-length', message },
    }
  },
  bytesOf: ({ vector }) => 400 + vector.vector.length,
  bytesOfEvent: ({ vectors, dimensions }) => vectors.length * (400 + 4 * dimensions),
}
