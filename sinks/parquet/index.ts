import type { RangeResult, RangeSink, RangeContext, SinkRange } from '../../topology/model/stage.ts'
import { chunks } from './chunks.ts'
import { classifications } from './classifications.ts'
import type { Dataset, DatasetEvent } from './dataset.ts'
import { documents } from './documents.ts'
import { embeddings } from './embeddings.ts'
import { identify } from './identify.ts'
import { eraseRows, type ErasedRows } from './erase-rows.ts'
import { parquetDefaults, type ParquetOptions } from './options.ts'
import { columnsFingerprint } from './parquet-file.ts'
import { partitionsOf, type Partition } from './partitions.ts'
import { redactions } from './redactions.ts'
import { summaries } from './summaries.ts'
import {
  writePartition,
  writerVersion,
  type PartitionResult,
  type Writing,
} from './write-partition.ts'
import { zstdReady } from './zstd.ts'

/** Every dataset by name. */
export const datasets = {
  documents,
  redactions,
  chunks,
  embeddings,
  classifications,
  summaries,
} as const

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
 *
 * `beside` are datasets of the same events that are written with it. What fails in one of them is in none of the files.
 */
export const parquetSink = <D extends DatasetName>(options: {
  readonly dataset: D
  readonly beside?: readonly DatasetName[]
  readonly options?: Partial<ParquetOptions>
}): RangeSink<EventOf<D>> =>
  createSink(
    // The one that names the sink comes last, so that it knows what failed in the others.
    [...(options.beside ?? []), options.dataset].map(
      (name) => datasets[name] as unknown as Dataset<EventOf<D> & DatasetEvent, unknown>,
    ),
    { ...parquetDefaults, ...options.options },
  )

const createSink = <E extends DatasetEvent, Row>(
  all: readonly Dataset<E, Row>[],
  options: ParquetOptions,
): RangeSink<E> => {
  const { maxRecords, maxBytes, maxAgeMs, partitionBy, timeoutMs } = options
  const names = all.map(({ name }) => name)
  const writings = all.map((dataset) => ({
    dataset,
    options,
    fingerprint: columnsFingerprint(dataset.columns),
  }))
  return {
    kind: 'range-sink',
    name: `parquet-${names.at(-1)}`,
    version: writerVersion,
    doc: `Parquet files of ${[...names].reverse().join(' and ')}, by tenant and ${partitionBy}`,
    ordered: false,
    rotate: { maxRecords, maxBytes, maxAgeMs },
    timeoutMs,
    identify: (event) => identify(all.at(-1)!, event),
    write: async (range, context) => {
      await zstdReady()
      const erased = []
      for (const name of names) erased.push(await eraseRows(name, range, context))
      const written: PartitionResult[] = []
      for (const writing of writings)
        written.push(...(await writeDataset(writing, without(range, written), context)))
      return resultOf(written, erased)
    },
  }
}

const writeDataset = <E extends DatasetEvent, Row>(
  writing: Writing<E, Row>,
  range: SinkRange<E>,
  context: RangeContext,
): Promise<readonly PartitionResult[]> => {
  const { partitionBy, parallel } = writing.options
  const write = (partition: Partition<E>): Promise<PartitionResult> =>
    writePartition(writing, range, partition, context)
  return mapParallel(partitionsOf(range, partitionBy), parallel, write)
}

/** The range without the records that have failed so far. */
const without = <E>(range: SinkRange<E>, results: readonly PartitionResult[]): SinkRange<E> => {
  const failed = new Set(results.flatMap(({ failures }) => failures.map(({ offset }) => offset)))
  if (failed.size === 0) return range
  return { ...range, records: range.records.filter(({ offset }) => !failed.has(offset)) }
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

const sum = <T>(items: readonly T[], of: (item: T) => number): number =>
  items.reduce((total, item) => total + of(item), 0)

const resultOf = (
  results: readonly PartitionResult[],
  erased: readonly ErasedRows[],
): RangeResult => {
  const erasedRows = sum(erased, ({ rows }) => rows)
  const failures = [...erased, ...results].flatMap((each) => each.failures)
  return {
    outputs: results.flatMap(({ outputs }) => outputs).sort((a, b) => (a.uri < b.uri ? -1 : 1)),
    counts: {
      rows: sum(results, ({ rows }) => rows),
      files: sum(results, ({ outputs }) => outputs.length),
      ...(erasedRows > 0 && { erasedRows, rewrittenFiles: sum(erased, ({ files }) => files) }),
    },
    failures: failures.sort((a, b) => a.offset - b.offset),
  }
}
