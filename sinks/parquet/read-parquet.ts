import {
  parquetMetadataAsync,
  parquetRead,
  type AsyncBuffer,
  type FileMetaData,
  type SchemaElement,
} from 'hyparquet'
import type { ParquetQueryFilter } from 'hyparquet'
import { littleEndian } from '../../schemas/little-endian.ts'
import type { Uri } from '../../schemas/brands.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { Column } from './column.ts'
import { unzstd } from './zstd.ts'

/** A Parquet file that this sink wrote, open for reading. Only after `zstdReady()`. */
export interface OpenParquet {
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true })

/** Times stay whole numbers, and texts keep the byte order mark that they may begin with: rows are written again as they were. */
const parsers = {
  timestampFromMilliseconds: (millis: bigint): unknown => millis,
  stringFromBytes: (bytes: Uint8Array | undefined): unknown => bytes && decoder.decode(bytes),
}
const reading = { compressors: { ZSTD: unzstd }, parsers }

const open = async (file: AsyncBuffer): Promise<OpenParquet> => ({
  file,
  metadata: await parquetMetadataAsync(file, { parsers, geoparquet: false }),
})

/** Opens bytes in memory. Throws when they are no Parquet file. */
export const openParquetBytes = (bytes: Uint8Array): Promise<OpenParquet> => {
  const { buffer, byteOffset, byteLength } = bytes
  return open({
    byteLength,
    slice: (start, end = byteLength) =>
      buffer.slice(byteOffset + start, byteOffset + end) as ArrayBuffer,
  })
}

/** Opens an object and reads only what is asked for. Throws when it is no Parquet file, or is gone meanwhile. */
export const openParquetObject = (
  objects: Pick<ObjectStore, 'get'>,
  uri: Uri,
  byteLength: number,
): Promise<OpenParquet> =>
  open({
    byteLength,
    slice: async (start, end = byteLength) => {
      const bytes = await objects.get(uri, { start, end })
      if (!bytes) throw new Error('the file is gone')
      const { buffer, byteOffset } = bytes
      return buffer.slice(byteOffset, byteOffset + bytes.byteLength) as ArrayBuffer
    },
  })

/** Rows with the given columns; of those that pass the filter, files are skipped by their bloom filters. */
export const readRows = async (
  { file, metadata }: OpenParquet,
  columns: readonly string[],
  filter?: ParquetQueryFilter,
): Promise<readonly Readonly<Record<string, unknown>>[]> => {
  let found: readonly Readonly<Record<string, unknown>>[] = []
  await parquetRead({
    ...reading,
    file,
    metadata,
    columns: [...columns],
    rowFormat: 'object',
    onComplete: (rows) => (found = rows),
    ...(filter && { filter, useBloomFilters: true }),
  })
  return found
}

/** Values of one column in a row group, in the shape that the writer takes. */
export const readColumn = async (
  { file, metadata }: OpenParquet,
  { name, elements }: Column<never>,
  group: { readonly start: number; readonly end: number },
): Promise<readonly unknown[]> => {
  const values: unknown[] = []
  const range = { rowStart: group.start, rowEnd: group.end }
  await parquetRead({
    ...reading,
    ...range,
    file,
    metadata,
    columns: [name],
    rowFormat: 'array',
    onComplete: (rows) => {
      for (const [value] of rows) values.push(value)
    },
  })
  if (elements[0]?.converted_type === 'MAP') return values.map(entriesOf)
  return isVector(elements) ? values.map(bytesOfVector) : values
}

/** Columns as the file itself describes them: what wrote it may have been another version. */
export const columnsOf = ({ metadata }: OpenParquet): readonly Omit<Column<never>, 'value'>[] => {
  const [, ...elements] = metadata.schema
  const blooms = columnsWith(metadata, (meta) => meta.bloom_filter_offset !== undefined)
  const ordered = columnsWith(metadata, (meta) => meta.statistics?.min_value !== undefined)
  const dictionaries = columnsWith(metadata, (meta) => meta.dictionary_page_offset !== undefined)
  const columns: Omit<Column<never>, 'value'>[] = []
  for (let at = 0; at < elements.length;) {
    const size = sizeOfTree(elements, at)
    const own = elements.slice(at, at + size)
    const { name } = own[0]!
    columns.push({
      name,
      elements: own,
      ...shapeOf(own),
      bloom: blooms.has(name),
      statistics: ordered.has(name) ? 'ordered' : 'loose',
      repetition: ordered.has(name) || dictionaries.has(name) ? 'dictionary' : 'plain',
    })
    at += size
  }
  return columns
}

/** Items are structs by name as they are read, entries of maps too; of other lists they are the values themselves. */
const shapeOf = (elements: readonly SchemaElement[]): Pick<Column<never>, 'shape' | 'parts'> => {
  if (elements.length === 1) return { shape: 'value', parts: [] }
  if (isVector(elements)) return { shape: 'vector', parts: [] }
  const leaves = elements.filter(({ type }) => type !== undefined)
  const isList = elements[0]?.converted_type === 'LIST' && elements.length === 3
  const parts = leaves.map(({ name }) =>
    isList ? (item: unknown) => item : (item: Readonly<Record<string, unknown>>) => item[name],
  )
  return { shape: 'items', parts }
}

type ChunkMetadata = NonNullable<
  OpenParquet['metadata']['row_groups'][number]['columns'][number]['meta_data']
>

/** Names of the columns of which a row group has something. */
const columnsWith = (
  { row_groups: groups }: OpenParquet['metadata'],
  has: (meta: ChunkMetadata) => boolean,
): ReadonlySet<string | undefined> =>
  new Set(
    groups.flatMap(({ columns }) =>
      columns.flatMap(({ meta_data: meta }) =>
        meta !== undefined && has(meta) ? [meta.path_in_schema[0]] : [],
      ),
    ),
  )

/** How many elements, in depth-first order, belong to the one at a place. */
const sizeOfTree = (elements: readonly SchemaElement[], at: number): number => {
  let size = 1
  for (let child = 0; child < (elements[at]?.num_children ?? 0); child++)
    size += sizeOfTree(elements, at + size)
  return size
}

const isVector = ([list, , element]: readonly SchemaElement[]): boolean =>
  list?.converted_type === 'LIST' && element?.type === 'FLOAT'

const bytesOfVector = (value: unknown): Uint8Array =>
  littleEndian(Float32Array.from(value as readonly number[]))

const entriesOf = (value: unknown): unknown =>
  Object.entries(value as object).map(([key, each]) => ({ key, value: each as unknown }))
