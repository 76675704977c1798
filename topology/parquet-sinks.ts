import { parquetSink } from '../sinks/parquet/index.ts'
import type { ParquetOptions } from '../sinks/parquet/options.ts'

/** The Parquet sinks of the pipeline, by the topic that they read. A thread of their own makes the same ones. */
export const parquetSinks = (options: Partial<ParquetOptions>) => ({
  prepared: parquetSink({ dataset: 'documents', beside: ['redactions'], options }),
  chunks: parquetSink({ dataset: 'chunks', options }),
  embeddings: parquetSink({ dataset: 'embeddings', options }),
  classifications: parquetSink({ dataset: 'classifications', options }),
  summaries: parquetSink({ dataset: 'summaries', options }),
})
