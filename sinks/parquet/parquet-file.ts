import { createHash } from 'node:crypto'
import type { ColumnChunk, SchemaElement } from 'hyparquet'
import { ParquetWriter } from 'hyparquet-writer'
import type { ByteWriter } from 'hyparquet-writer/src/bytewriter.js'
import type { Column } from './column.ts'
import { leavesOf, type Leaf } from './leaf.ts'
import { PieceWriter } from './piece-writer.ts'
import { flatSlots, listSlots, listsOf } from './slots.ts'
import { writeVectorColumn } from './vector-column.ts'
import { writeLeaf, type PageIndexes } from './write-leaf.ts'

/** A Parquet file that is put together in memory, row group by row group. Equal rows give equal bytes. */
export interface ParquetFile<Row> {
  readonly rows: () => number
  /** Encodes and compresses the rows; they can be let go then. */
  readonly addRowGroup: (rows: readonly Row[]) => void
  /** The whole file. Nothing may be added after. */
  readonly finish: (footer: Readonly<Record<string, string>>) => Uint8Array
  /** Hands the memory of the finished file on to the next one. Only when nobody reads its bytes any more. */
  readonly release: () => void
}

/** Only after `zstdReady()`. */
export const createParquetFile = <Row>(columns: readonly Column<Row>[]): ParquetFile<Row> => {
  const { schema, leaves } = layoutOf(columns)
  const writer = new PieceWriter()
  const file = new ParquetWriter({
    writer,
    schema,
    codec: 'ZSTD',
    createdBy: 'archive-streams (hyparquet-writer 0.17.0)',
  })
  return {
    rows: () => Number(file.num_rows),
    addRowGroup: (rows) => {
      const start = writer.offset
      const pages = writeColumns(writer, columns, leaves, rows)
      file.row_groups.push(rowGroupOf(pages, rows.length, writer.offset - start))
      file.num_rows += BigInt(rows.length)
      file.pendingIndexes.push(...pages)
    },
    finish: (footer) => {
      file.kvMetadata = Object.entries(footer).map(([key, value]) => ({ key, value }))
      void file.finish()
      return writer.takeAll()
    },
    release: () => writer.release(),
  }
}

/** Hex SHA-256 prefix: equal for files whose columns are equal. */
export const columnsFingerprint = (columns: readonly Column<never>[]): string =>
  createHash('sha256')
    .update(JSON.stringify(columns.map(({ elements }) => elements)))
    .digest('hex')
    .slice(0, 16)

/** What only depends on the columns. */
interface Layout {
  readonly schema: SchemaElement[]
  /** Of every column. */
  readonly leaves: readonly (readonly Leaf[])[]
}

const layouts = new WeakMap<readonly Column<never>[], Layout>()

/** Made once for the columns of a dataset. */
const layoutOf = (columns: readonly Column<never>[]): Layout => {
  const known = layouts.get(columns)
  if (known) return known
  const root = { name: 'root', num_children: columns.length }
  const schema = [root, ...columns.flatMap(({ elements }) => elements)]
  const layout = { schema, leaves: columns.map(leavesOf) }
  layouts.set(columns, layout)
  return layout
}

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

const writeColumns = <Row>(
  writer: ByteWriter,
  columns: readonly Column<Row>[],
  leaves: Layout['leaves'],
  rows: readonly Row[],
): readonly PageIndexes[] => {
  const pages: PageIndexes[] = []
  for (const [index, column] of columns.entries())
    pages.push(...writeAnyColumn(writer, column, leaves[index]!, rows))
  return pages
}

const writeAnyColumn = <Row>(
  writer: ByteWriter,
  column: Column<Row>,
  leaves: readonly Leaf[],
  rows: readonly Row[],
): readonly PageIndexes[] => {
  switch (column.shape) {
    case 'value': {
      const slots = flatSlots(rows, column.value, leaves[0]!.optional)
      return [writeLeaf(writer, leaves[0]!, slots, column)]
    }
    case 'vector':
      return [writeVectorColumn(writer, leaves[0]!.path, rows.map(column.value) as Uint8Array[])]
    case 'items': {
      const lists = listsOf(rows, column.value)
      return leaves.map((leaf, index) => {
        const part = column.parts[index] as (item: unknown) => unknown
        return writeLeaf(writer, leaf, listSlots(lists, part, leaf.optional), column)
      })
    }
  }
}
