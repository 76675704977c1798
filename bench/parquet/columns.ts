import * as column from '../../sinks/parquet/column.ts'
import type { Column } from '../../sinks/parquet/column.ts'
import type { BenchRow } from './workload.ts'

/** The workload as columns of the Parquet sink. */
export const columns: readonly Column<BenchRow>[] = [
  column.unique(column.text('chunk_id', (row) => row.chunkId)),
  column.id('document_id', (row) => row.documentId),
  column.text('source', (row) => row.source),
  column.time('at', (row) => row.at),
  column.unique(column.text('text', (row) => row.text)),
  column.int('tokens', (row) => row.tokens),
  column.vector('embedding', (row) => row.embedding),
  column.counts('redactions', (row) => row.redactions),
]
