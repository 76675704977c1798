import { createHash } from 'node:crypto'
import type { ColumnChunk, DecodedArray, SchemaElement, SchemaTree } from 'hyparquet'
import { ParquetWriter } from 'hyparquet-writer'
import { BloomBuilder } from 'hyparquet-writer/src/bloom.js'
import { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import { writeColumn } from 'hyparquet-writer/src/column.js'
import { encodeNestedValues } from 'hyparquet-writer/src/dremel.js'
import { schemaPathResolver } from 'hyparquet-writer/src/schema.js'
import type { Column } from './column.ts'
import { writeVectorColumn, type PageIndexes } from './vector-column.ts'
import { zstd } from './zstd.ts'

/** A Parquet file that is put together in memory, row group by row group. Equal rows give equal bytes. */
export interface ParquetFile<Row> {
  readonly rows: () => number
  /** Encodes and compresses the rows; they can be let go then. */
  readonly addRowGroup: (rows: readonly Row[]) => void
  /** The whole file. Nothing may be added after. */
  readonly finish: (footer: Readonly<Record<string, string>>) => Uint8Array
}

/** Only after `zstdReady()`. */
export const createParquetFile = <Row>(columns: readonly Column<Row>[]): ParquetFile<Row> => {
  const schema = schemaOf(columns)
  const writer = new ByteWriter(1 << 16)
  const written: Uint8Array[] = []
  // The writer's buffer doubles by copying; emptied after each row group it stays as large as one of them.
  const letGo = (): void => {
    written.push(writer.getBytes().slice())
    writer.index = 0
  }
  const file = new ParquetWriter({
    writer,
    schema,
    codec: 'ZSTD',
    compressors: { ZSTD: zstd },
    createdBy: 'archive-streams (hyparquet-writer 0.17.0)',
  })
  const pathOf = schemaPathResolver(schema)
  return {
    rows: () => Number(file.num_rows),
    addRowGroup: (rows) => {
      const start = writer.offset
      const pages = columns.flatMap((column) => writeAnyColumn(writer, column, rows, pathOf))
      file.row_groups.push(rowGroupOf(pages, rows.length, writer.offset - start))
      file.num_rows += BigInt(rows.length)
      file.pendingIndexes.push(...pages)
      letGo()
    },
    finish: (footer) => {
      file.kvMetadata = Object.entries(footer).map(([key, value]) => ({ key, value }))
      void file.finish()
      letGo()
      return written.length === 1 ? written[0]! : Buffer.concat(written)
    },
  }
}

/** Hex SHA-256 prefix: equal for files whose columns are equal. */
export const columnsFingerprint = (columns: readonly Column<never>[]): string =>
  createHash('sha256')
    .update(JSON.stringify(columns.map(({ elements }) => elements)))
    .digest('hex')
    .slice(0, 16)

const schemaOf = (columns: readonly Column<never>[]): SchemaElement[] => [
  { name: 'root', num_children: columns.length },
  ...columns.flatMap(({ elements }) => elements),
]

const rowGroupOf = (pages: readonly PageIndexes[], rows: number, bytes: number) => {
  const columns: ColumnChunk[] = pages.map(({ chunk }) => chunk)
  const uncompressed = columns.reduce(
    (sum, { meta_data: meta }) => sum + (meta?.total_uncompressed_size ?? 0n),
    0n,
  )
  return {
    columns,
    total_byte_size: uncompressed,
    num_rows: BigInt(rows),
    total_compressed_size: BigInt(bytes),
  }
}

const writeAnyColumn = <Row>(
  writer: ByteWriter,
  column: Column<Row>,
  rows: readonly Row[],
  pathOf: (path: string[]) => SchemaTree[],
): readonly PageIndexes[] => {
  const values = rows.map(column.value)
  const path = pathOf([column.name])
  if (column.encoding === 'vectors') {
    const names = leavesOf(path)[0]!
      .slice(1)
      .map(({ element }) => element.name)
    return [writeVectorColumn(writer, names, values as Uint8Array[])]
  }
  return leavesOf(path).map((leaf) => writeLeaf(writer, leaf, values, column))
}

const writeLeaf = (
  writer: ByteWriter,
  leaf: SchemaTree[],
  values: unknown[],
  { bloom, statistics, repetition }: Pick<Column<never>, 'bloom' | 'statistics' | 'repetition'>,
): PageIndexes => {
  const schemaPath = leaf.map(({ element }) => element)
  const element = schemaPath.at(-1)!
  const written = writeColumn({
    writer,
    pageData: encodeNestedValues(leaf, values as DecodedArray),
    column: {
      columnName: schemaPath
        .slice(1)
        .map(({ name }) => name)
        .join('.'),
      element,
      schemaPath,
      codec: 'ZSTD',
      compressors: { ZSTD: zstd },
      stats: statistics === 'ordered',
      ...(repetition === 'plain' && { encoding: 'PLAIN' as const }),
      pageSize: 1 << 20,
      columnIndex: false,
      offsetIndex: true,
    },
  })
  const filter = bloom ? bloomOf(element, values) : undefined
  return filter ? { ...written, bloomFilter: filter } : written
}

/** Of distinct values: the library would hash every repetition, a third of the time of a file with many per id. */
const bloomOf = (element: SchemaElement, values: readonly unknown[]): Uint32Array | undefined => {
  const builder = new BloomBuilder(element)
  for (const value of new Set(values)) builder.insert(value)
  return builder.finalize()
}

const leavesOf = (path: SchemaTree[]): readonly SchemaTree[][] => {
  const children = path.at(-1)!.children
  return children.length === 0 ? [path] : children.flatMap((child) => leavesOf([...path, child]))
}
