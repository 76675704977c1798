import type { RangeResult, RangeSink } from '../../topology/model/stage.ts'
import { chunks } from './chunks.ts'
import { classifications } from './classifications.ts'
import type { Dataset, DatasetEvent } from './dataset.ts'
import { documents } from './documents.ts'
import { embeddings } from './embeddings.ts'
import { eraseRows, type ErasedRows } from './erase-rows.ts'
import { parquetDefaults, type ParquetOptions } from './options.ts'
import { columnsFingerprint } from './parquet-file.ts'
import { partitionsOf, type Partition } from './partitions.ts'
import { summaries } from './summaries.ts'
import { writePartition, writerVersion, type PartitionResult } from './write-partition.ts'
import { zstdReady } from './zstd.ts'

/** Every dataset by name. */
export const datasets = { documents, chunks, embeddings, classifications, summaries } as const

export type DatasetName = keyof typeof datasets

/** The events a dataset is made of. */
export type EventOf<D extends DatasetName> =
  (typeof datasets)[D] extends Dataset<infer E, infer _Row> ? E : never

/**
 * Writes ranges of a topic as Parquet files
 * `parquet/<dataset>/tenant=<tenant>/date=<YYYY-MM-DD>/<topic>+<partition>+<start>.parquet`, hive-partitioned by the
 * event time (sent, else archived). Names and bytes are a function of the range and the options, so writing a range
 * again after a crash changes nothing. A range that holds erasures also takes the rows of the erased documents out of the
 * files of earlier ranges.
 */
export const parquetSink = <D extends DatasetName>(options: {
  readonly dataset: D
  readonly options?: Partial<ParquetOptions>
}): RangeSink<EventOf<D>> =>
  createSink(datasets[options.dataset] as unknown as Dataset<EventOf<D> & DatasetEvent, unknown>, {
    ...parquetDefaults,
    ...options.options,
  })

const createSink = <E extends DatasetEvent, Row>(
  dataset: Dataset<E, Row>,
  options: ParquetOptions,
): RangeSink<E> => {
  const { maxRecords, maxBytes, maxAgeMs, partitionBy, timeoutMs, parallel } = options
  const writing = { dataset, options, fingerprint: columnsFingerprint(dataset.columns) }
  return {
    kind: 'range-sink',
    name: `parquet-${dataset.name}`,
    version: writerVersion,
    doc: `Parquet files of ${dataset.name}, by tenant and ${partitionBy}`,
    ordered: false,
    rotate: { maxRecords, maxBytes, maxAgeMs },
    timeoutMs,
    write: async (range, context) => {
      await zstdReady()
      const erased = await eraseRows(dataset.name, range, context)
      const write = (partition: Partition<E>): Promise<PartitionResult> =>
        writePartition(writing, range, partition, context)
      const written = await mapParallel(partitionsOf(range, partitionBy), parallel, write)
      return resultOf(written, erased)
    },
  }
}

/** At most `limit` at a time; after a failure nothing new is begun. */
const mapParallel = async <T, R>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> => {
  const left = [...items]
  const results: R[] = []
  const lane = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      results.push(await work(next))
    }
  }
  const lanes = Array.from({ length: limit }, lane)
  try {
    await Promise.all(lanes)
  } finally {
    left.length = 0
  }
  return results
}

const resultOf = (results: readonly PartitionResult[], erased: ErasedRows): RangeResult => ({
  outputs: results.flatMap(({ outputs }) => outputs).sort((a, b) => (a.uri < b.uri ? -1 : 1)),
  counts: {
    rows: results.reduce((sum, { rows }) => sum + rows, 0),
    files: results.reduce((sum, { outputs }) => sum + outputs.length, 0),
    ...(erased.rows > 0 && { erasedRows: erased.rows, rewrittenFiles: erased.files }),
  },
  failures: [...erased.failures, ...results.flatMap(({ failures }) => failures)].sort(
    (a, b) => a.offset - b.offset,
  ),
})
