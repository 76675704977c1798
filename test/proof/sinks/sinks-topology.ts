import {
  deadLetterCodec,
  embeddingSetCodec,
  ledgerEntryCodec,
  summaryCodec,
} from '../../../schemas/generated/codecs.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import type { ParquetOptions } from '../../../sinks/parquet/options.ts'
import { summarySink } from '../../../sinks/summaries/index.ts'
import { vectorSink } from '../../../sinks/vectors/index.ts'
import { topology } from '../../../topology/model/builder.ts'
import { topic } from '../../../topology/model/topic.ts'
import type { Topology } from '../../../topology/model/topology.ts'

const partitions = 8

export const embeddings = topic('embeddings', embeddingSetCodec, { partitions })
export const summaries = topic('summaries', summaryCodec, { partitions })
export const deadLetters = topic('dead-letters', deadLetterCodec, { partitions: 2 })
export const ledger = topic('ledger', ledgerEntryCodec, { partitions: 2 })

/** Small ranges, many of them by age: where a range ends depends on when what came. */
export const parquetOptions: Partial<ParquetOptions> = {
  maxRecords: 200,
  maxAgeMs: 400,
  timeoutMs: 20_000,
  rowGroupRows: 150,
}

/** The project's own sinks on their topics. */
export const sinksTopology = (): Topology => {
  const graph = topology('sinks', { topics: [embeddings, summaries], deadLetters, ledger })
  graph
    .subTopology('parquet', 'Files.')
    .from(embeddings)
    .sink(parquetSink({ dataset: 'embeddings', options: parquetOptions }))
  // There are no chunks here from which words could be indexed.
  graph
    .subTopology('vectors', 'Vectors.')
    .from(embeddings)
    .sink(vectorSink({ terms: false }))
  graph.subTopology('summaries', 'Summaries.').from(summaries).sink(summarySink())
  return graph.build()
}

/** What reads what. */
export const readings = [
  ['sinks.parquet', embeddings.name],
  ['sinks.vectors', embeddings.name],
  ['sinks.summaries', summaries.name],
] as const
