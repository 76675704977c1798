import type {
  RangeResult,
  RangeContext,
  SinkRange,
  SinkRecord,
} from '../../topology/model/stage.ts'
import { ObjectConflict, type ObjectStore } from '../../topology/ports/object-store.ts'
import { createParquetFile } from './parquet-file.ts'
import type { Dataset, DatasetEvent } from './dataset.ts'
import { isOfOtherVersion } from './earlier-file.ts'
import type { ParquetOptions } from './options.ts'
import { fileName, type Partition } from './partitions.ts'

/** Grows whenever equal rows would give other bytes. In the footer of every file. */
export const writerVersion = 3

/** One sink's way of writing, whatever the range. */
export interface Writing<E extends DatasetEvent, Row> {
  readonly dataset: Dataset<E, Row>
  readonly options: ParquetOptions
  /** Of the dataset's columns, for the footer. */
  readonly fingerprint: string
}

export type PartitionResult = Pick<RangeResult, 'outputs' | 'failures'> & { readonly rows: number }

/**
 * Writes the files of one folder, one after the other. Where a file ends is told from the events alone, so that an input
 * that is gone the second time moves no row from one file to the next.
 */
export const writePartition = async <E extends DatasetEvent, Row>(
  writing: Writing<E, Row>,
  range: SinkRange<E>,
  { folder, records }: Partition<E>,
  context: RangeContext,
): Promise<PartitionResult> => {
  const results: PartitionResult[] = []
  for (const [part, recordsOfPart] of partsOf(records, writing).entries()) {
    const name = `parquet/${writing.dataset.name}/${folder}/${fileName(range, part)}`
    const footer = footerOf(writing, range, recordsOfPart)
    results.push(await writeFile(writing, { name, footer, records: recordsOfPart }, context))
  }
  return {
    outputs: results.flatMap(({ outputs }) => outputs),
    failures: results.flatMap(({ failures }) => failures),
    rows: results.reduce((sum, { rows }) => sum + rows, 0),
  }
}

const partsOf = <E extends DatasetEvent, Row>(
  records: readonly SinkRecord<E>[],
  { dataset, options }: Writing<E, Row>,
): readonly (readonly SinkRecord<E>[])[] => {
  const parts: SinkRecord<E>[][] = []
  let bytes = options.fileBytes
  for (const record of records) {
    if (bytes >= options.fileBytes) {
      parts.push([])
      bytes = 0
    }
    parts.at(-1)!.push(record)
    bytes += dataset.bytesOfEvent(record.value)
  }
  return parts
}

interface FilePlan<E> {
  readonly name: string
  readonly footer: Readonly<Record<string, string>>
  readonly records: readonly SinkRecord<E>[]
}

/** Inputs are read a few at a time and row groups closed by rows and bytes: only compressed bytes pile up. */
const writeFile = async <E extends DatasetEvent, Row>(
  { dataset, options }: Writing<E, Row>,
  { name, footer, records }: FilePlan<E>,
  { ports: { objects }, signal }: RangeContext,
): Promise<PartitionResult> => {
  const failures: RangeResult['failures'][number][] = []
  const offsets: number[] = []
  let erased = false
  const rows = createRowGroups(dataset, options)
  for (const piece of piecesOf(records, options.parallel)) {
    signal.throwIfAborted()
    const read = await Promise.all(piece.map(async (record) => dataset.rowsOf(record, objects)))
    for (const [index, result] of read.entries()) {
      const { offset } = piece[index]!
      if (result.kind === 'failed') failures.push({ offset, failure: result.failure })
      else if (result.kind === 'erased') erased = true
      else if (result.rows.length > 0) {
        rows.add(result.rows)
        offsets.push(offset)
      }
    }
  }
  if (rows.count() === 0) return { outputs: [], failures, rows: 0 }
  await putOnce(
    objects,
    name,
    rows.finish(footer),
    dataset.compacted || erased || failures.length > 0,
  )
  rows.release()
  return { outputs: [{ uri: objects.uriOf(name), offsets }], failures, rows: rows.count() }
}

/**
 * An input that was there on an earlier attempt may have been erased since, or a record compacted away; this file
 * may be incomplete then. The file of that attempt differs, and stays: what it holds beyond this one belongs to the erasure,
 * not to this sink. So does that of an attempt by another version which has the same rows: files of both stand side by side.
 */
const putOnce = async (
  objects: ObjectStore,
  name: string,
  bytes: Uint8Array,
  mayBeIncomplete: boolean,
): Promise<void> => {
  try {
    await objects.put(name, bytes)
  } catch (error) {
    if (!(error instanceof ObjectConflict)) throw error
    if (mayBeIncomplete) return
    const there = await objects.get(objects.uriOf(name))
    if (!there || !(await isOfOtherVersion(there, bytes))) throw error
  }
}

const piecesOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

const footerOf = <E extends DatasetEvent, Row>(
  { dataset, fingerprint }: Writing<E, Row>,
  range: SinkRange<E>,
  records: readonly SinkRecord<E>[],
): Readonly<Record<string, string>> => ({
  dataset: dataset.name,
  topic: range.topic,
  partition: String(range.partition),
  start: String(range.start),
  end: String(range.end),
  schema: fingerprint,
  writer: String(writerVersion),
  models: modelsOf(records).join(','),
})

const modelsOf = (records: readonly SinkRecord<DatasetEvent>[]): readonly string[] => {
  const names = new Set<string>()
  for (const { value } of records) {
    const { model, modelVersion } = value.producedBy
    if (model !== null) names.add(`${model}@${modelVersion ?? ''}`)
  }
  return [...names].sort()
}

/** Collects rows and closes a row group when it has enough of them. */
const createRowGroups = <E extends DatasetEvent, Row>(
  { columns, bytesOf }: Dataset<E, Row>,
  { rowGroupRows, rowGroupBytes }: ParquetOptions,
) => {
  const file = createParquetFile(columns)
  let group: Row[] = []
  let bytes = 0
  const close = (): void => {
    if (group.length > 0) file.addRowGroup(group)
    group = []
    bytes = 0
  }
  return {
    add: (rows: readonly Row[]): void => {
      for (const row of rows) {
        group.push(row)
        bytes += bytesOf(row)
        if (group.length >= rowGroupRows || bytes >= rowGroupBytes) close()
      }
    },
    count: () => file.rows() + group.length,
    finish: (footer: Readonly<Record<string, string>>): Uint8Array => {
      close()
      return file.finish(footer)
    },
    release: file.release,
  }
}
