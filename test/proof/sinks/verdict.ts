import { createHash } from 'node:crypto'
import { floatsOf, littleEndian } from '../../../schemas/little-endian.ts'
import type { EmbeddingSet, Summary } from '../../../schemas/generated/types.ts'
import { parquetSink } from '../../../sinks/parquet/index.ts'
import { summaryKey } from '../../../sinks/summaries/index.ts'
import { pointId } from '../../../sinks/vectors/request.ts'
import type { SinkRange, SinkRecord } from '../../../topology/model/stage.ts'
import type { VectorPoint } from '../../../topology/ports/vector-index.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import { aSinkContext } from '../../builders/test-ports.ts'
import { openFiles, type FileFacts } from './open-files.ts'
import { embeddings, parquetOptions } from './sinks-topology.ts'

/** Everything that was visible in the end. */
export interface SinkHistory {
  /** The topic of embedding sets. */
  readonly sets: readonly SinkRecord<EmbeddingSet>[]
  readonly summaries: readonly Summary[]
  /** Parquet files by name. */
  readonly files: ReadonlyMap<string, Uint8Array>
  readonly points: readonly VectorPoint[]
  /** What the index keeps of a vector: every bit, or its direction with seven digits. */
  readonly vectorsKeep: 'bits' | 'direction'
  /** Texts of summaries in the cache by key; undefined where there is none. */
  readonly cached: (keys: readonly string[]) => Promise<readonly (string | undefined)[]>
}

/** How often each promise was broken. All zero: it was kept. */
export interface BrokenSinks {
  /** Rows of the topic that are in no file. */
  lost: number
  /** Rows that are there more than once, or that nobody asked for. */
  doubled: number
  /** Files that DuckDB cannot read. */
  unreadable: number
  /** Files that are other bytes than the range they name gives when it is written undisturbed. */
  differing: number
  /** Points that should be there and are not, are there and should not be, or are other ones. */
  wrongPoints: number
  /** Documents whose summary in the cache is not that of the highest revision. */
  wrongSummaries: number
}

export interface SinkVerdict {
  readonly broken: BrokenSinks
  readonly rows: number
  readonly files: number
  readonly ranges: number
  readonly points: number
  readonly summaries: number
  /** The first few of what is wrong. */
  readonly examples: readonly string[]
}

type Breaks = (promise: keyof BrokenSinks, what: string) => void
const shown = 20

/** Holds what was visible against what the topics ask for. */
export const judgeSinks = async (history: SinkHistory): Promise<SinkVerdict> => {
  const broken: BrokenSinks = {
    lost: 0,
    doubled: 0,
    unreadable: 0,
    differing: 0,
    wrongPoints: 0,
    wrongSummaries: 0,
  }
  const examples: string[] = []
  const breaks: Breaks = (promise, what) => {
    broken[promise]++
    if (examples.length < shown) examples.push(`${promise}: ${what}`)
  }
  const facts = await openFiles(history.files, (name) => breaks('unreadable', name))
  const sets = withoutCopies(history.sets)
  const rows = judgeRows(sets, facts, breaks)
  const ranges = await judgeBytes({ ...history, sets }, facts, breaks)
  const points = judgePoints(history, breaks)
  const summaries = await judgeSummaries(history, breaks)
  return { broken, rows, files: history.files.size, ranges, points, summaries, examples }
}

const judgeRows = (
  sets: SinkHistory['sets'],
  files: readonly FileFacts[],
  breaks: Breaks,
): number => {
  const wanted = new Set(
    sets.flatMap(({ partition, offset, value }) =>
      value.vectors.map(({ chunkId }) => `${partition}/${offset} ${chunkId}`),
    ),
  )
  const seen = new Set<string>()
  for (const { name, partition, rows } of files)
    for (const { offset, chunkId } of rows) {
      const row = `${partition}/${offset} ${chunkId}`
      if (seen.has(row)) breaks('doubled', `${row}, also in ${name}`)
      else if (!wanted.has(row)) breaks('doubled', `${row} in ${name} that nobody asked for`)
      seen.add(row)
    }
  for (const row of wanted) if (!seen.has(row)) breaks('lost', row)
  return wanted.size
}

/** The first copy of every set of a partition. Here copies lie far closer together than a sink remembers. */
export const withoutCopies = (sets: SinkHistory['sets']): SinkHistory['sets'] => {
  const { identify } = parquetSink({ dataset: 'embeddings' })
  const seen = new Set<string>()
  return [...sets]
    .sort((a, b) => a.offset - b.offset)
    .filter(({ partition, value }) => {
      const set = `${partition} ${identify?.(value)}`
      const first = !seen.has(set)
      seen.add(set)
      return first
    })
}

const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** Writes every range that a file names once more, alone and undisturbed, and compares the bytes. */
const judgeBytes = async (
  { sets, files }: SinkHistory,
  facts: readonly FileFacts[],
  breaks: Breaks,
): Promise<number> => {
  const ranges = new Map(facts.map((each) => [`${each.partition}/${each.start}-${each.end}`, each]))
  const inRange = recordsByPartition(sets)
  const expected = new Map<string, string>()
  for (const { partition, start, end } of ranges.values()) {
    const records = inRange(partition, start, end)
    const range: SinkRange<EmbeddingSet> = {
      topic: embeddings.name,
      partition,
      start,
      end,
      records,
    }
    const objects = inMemoryObjectStore()
    const sink = parquetSink({ dataset: 'embeddings', options: parquetOptions })
    await sink.write(range, aSinkContext({ objects }))
    for (const [name, bytes] of objects.objects) expected.set(name, sumOf(bytes))
  }
  for (const [name, bytes] of files)
    if (expected.get(name) !== sumOf(bytes)) breaks('differing', name)
  for (const name of expected.keys()) if (!files.has(name)) breaks('lost', `file ${name}`)
  return ranges.size
}

const recordsByPartition = (sets: SinkHistory['sets']) => {
  const partitions = new Map<number, SinkRecord<EmbeddingSet>[]>()
  for (const record of sets) {
    const known = partitions.get(record.partition)
    if (known) known.push(record)
    else partitions.set(record.partition, [record])
  }
  return (partition: number, start: number, end: number) =>
    (partitions.get(partition) ?? []).filter(({ offset }) => offset >= start && offset < end)
}

const unit = (vector: Float32Array): Float32Array => {
  const length = Math.hypot(...vector)
  return vector.map((value) => value / length)
}

/** Vectors as they were given, and as they are in the index. */
const isSame = {
  bits: (given: Float32Array, kept: Float32Array): boolean =>
    Buffer.compare(littleEndian(given), littleEndian(kept)) === 0,
  direction: (given: Float32Array, kept: Float32Array): boolean =>
    given.length === kept.length &&
    unit(given).every((value, place) => Math.abs(value - (kept[place] ?? 0)) < 1e-6),
} as const

/** Of every document the points of its highest revision, whatever came when. */
const judgePoints = ({ sets, points, vectorsKeep }: SinkHistory, breaks: Breaks): number => {
  const newest = newestOf(sets.map(({ value }) => value))
  const wanted = new Map(
    newest.flatMap((set) =>
      set.vectors.map(({ ordinal, vector, chunkId }) => [
        pointId(set.producedBy.model ?? '', set.documentId, ordinal),
        { revision: set.revision, chunkId, vector: floatsOf(vector) },
      ]),
    ),
  )
  for (const { id, vector, payload } of points) {
    const point = wanted.get(id)
    const isRight =
      point?.revision === payload.revision &&
      point.chunkId === payload.chunkId &&
      isSame[vectorsKeep](point.vector, vector)
    if (!isRight) breaks('wrongPoints', `${payload.documentId} ${payload.ordinal}`)
  }
  const there = new Set(points.map(({ id }) => id))
  for (const id of wanted.keys()) if (!there.has(id)) breaks('wrongPoints', `${id} is missing`)
  return wanted.size
}

const judgeSummaries = async (
  { summaries, cached }: SinkHistory,
  breaks: Breaks,
): Promise<number> => {
  const newest = newestOf(summaries)
  const texts = await cached(newest.map(summaryKey))
  for (const [index, summary] of newest.entries())
    if (texts[index] !== summary.text) breaks('wrongSummaries', summary.documentId)
  return newest.length
}

const newestOf = <E extends EmbeddingSet | Summary>(events: readonly E[]): readonly E[] => {
  const newest = new Map<string, E>()
  for (const event of events) {
    const known = newest.get(event.documentId)
    if (!known || known.revision < event.revision) newest.set(event.documentId, event)
  }
  return [...newest.values()]
}
