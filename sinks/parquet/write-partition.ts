import type { Uri } from '../../schemas/brands.ts'
import type { RangeResult, SinkContext, SinkRange, SinkRecord } from '../../topology/model/stage.ts'
import { ObjectConflict } from '../../topology/ports/object-store.ts'
import { columnsFingerprint, createParquetFile } from './parquet-file.ts'
import type { Dataset, DatasetEvent, Rows } from './dataset.ts'
import type { ParquetOptions } from './options.ts'
import { fileName, type Partition } from './partitions.ts'

/** Grows whenever equal rows would give other bytes. In the footer of every file. */
export const writerVersion = 1

/** One sink's way of writing, whatever the range. */
export interface Writing<E extends DatasetEvent, Row> {
  readonly dataset: Dataset<E, Row>
  readonly options: ParquetOptions
}

export type PartitionResult = Pick<RangeResult, 'outputs' | 'failures'> & { readonly rows: number }

/** A file of the partition with all its rows encoded, and whether rows are missing that an earlier attempt may have had. */
interface EncodedFile {
  readonly name: string
  readonly bytes: Uint8Array
  readonly incomplete: boolean
}

/**
 * Writes the files of one folder. Inputs are read a few at a time, row groups are closed by rows and bytes and files by
 * bytes, so that memory does not depend on the range.
 */
export const writePartition = async <E extends DatasetEvent, Row>(
  { dataset, options }: Writing<E, Row>,
  range: SinkRange<E>,
  partition: Partition<E>,
  { ports, signal }: SinkContext,
): Promise<PartitionResult> => {
  const outputs: Uri[] = []
  const failures: RangeResult['failures'][number][] = []
  const draft = createDraft(dataset, options)
  const put = async (bytes: Uint8Array): Promise<void> => {
    const name = `parquet/${dataset.name}/${partition.folder}/${fileName(range, outputs.length)}`
    await putOnce(ports.objects, { name, bytes, incomplete: failures.length > 0 })
    outputs.push(ports.objects.uriOf(name))
  }
  const footer = footerOf(dataset, range, partition)
  for (const records of piecesOf(partition.records, options.parallel)) {
    signal.throwIfAborted()
    const read = await Promise.all(
      records.map(async (record) => dataset.rowsOf(record, ports.objects)),
    )
    for (const [index, result] of read.entries()) {
      if (result.kind === 'rows') draft.add(result.rows)
      else failures.push({ offset: records[index]!.offset, failure: result.failure })
    }
    if (draft.isFull()) await put(draft.take(footer))
  }
  if (!draft.isEmpty()) await put(draft.take(footer))
  return { outputs, failures, rows: draft.rows() }
}

/**
 * An input that was there on an earlier attempt may have been erased since. The file of that attempt then differs, and
 * stays: what it holds beyond this one belongs to the erasure, not to this sink.
 */
const putOnce = async (
  objects: SinkContext['ports']['objects'],
  file: EncodedFile,
): Promise<void> => {
  try {
    await objects.put(file.name, file.bytes)
  } catch (error) {
    if (!(error instanceof ObjectConflict && file.incomplete)) throw error
  }
}

const piecesOf = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  )

const footerOf = <E extends DatasetEvent, Row>(
  dataset: Dataset<E, Row>,
  range: SinkRange<E>,
  partition: Partition<E>,
): Readonly<Record<string, string>> => ({
  dataset: dataset.name,
  topic: range.topic,
  partition: String(range.partition),
  start: String(range.start),
  end: String(range.end),
  schema: columnsFingerprint(dataset.columns),
  writer: String(writerVersion),
  models: modelsOf(partition.records).join(','),
})

const modelsOf = (records: readonly SinkRecord<DatasetEvent>[]): readonly string[] => {
  const names = records.flatMap(({ value: { producedBy } }) =>
    producedBy.model === null ? [] : [`${producedBy.model}@${producedBy.modelVersion ?? ''}`],
  )
  return [...new Set(names)].sort()
}

/** Rows on their way into files. */
const createDraft = <E extends DatasetEvent, Row>(
  { columns, bytesOf }: Dataset<E, Row>,
  options: ParquetOptions,
) => {
  let file = createParquetFile(columns)
  let group: Row[] = []
  let groupBytes = 0
  let total = 0
  const closeGroup = (): void => {
    if (group.length > 0) file.addRowGroup(group)
    group = []
    groupBytes = 0
  }
  const fileIsEmpty = (): boolean => file.rows() === 0
  return {
    add: (rows: Extract<Rows<Row>, { kind: 'rows' }>['rows']): void => {
      for (const row of rows) {
        group.push(row)
        groupBytes += bytesOf(row)
        if (group.length >= options.rowGroupRows || groupBytes >= options.rowGroupBytes)
          closeGroup()
      }
      total += rows.length
    },
    isFull: () => file.bytes() >= options.fileBytes,
    isEmpty: () => fileIsEmpty() && group.length === 0,
    rows: () => total,
    take: (footer: Readonly<Record<string, string>>): Uint8Array => {
      closeGroup()
      const bytes = file.finish(footer)
      file = createParquetFile(columns)
      return bytes
    },
  }
}
