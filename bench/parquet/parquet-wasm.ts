import { createRequire } from 'node:module'
import type { BenchWriter } from './bench-writer.ts'
import { dimensions, type BenchRow } from './workload.ts'

/** What is used of apache-arrow; the bench installs it into a folder of its own. */
interface Arrow {
  readonly Utf8: new () => object
  readonly Int32: new () => object
  readonly Float32: new () => object
  readonly TimestampMillisecond: new (zone: string) => object
  readonly List: new (child: object) => object
  readonly Map_: new (entries: object) => object
  readonly Struct: new (fields: readonly object[]) => object
  readonly Field: new (name: string, type: object, nullable: boolean) => object
  readonly Vector: new (data: readonly object[]) => object
  readonly Table: new (columns: Readonly<Record<string, object>>) => object
  readonly makeData: (properties: Readonly<Record<string, unknown>>) => object
  readonly tableToIPC: (table: object, format: 'stream') => Uint8Array
}

interface PropertiesBuilder {
  readonly setCompression: (codec: number) => PropertiesBuilder
  readonly setMaxRowGroupSize: (rows: number) => PropertiesBuilder
  readonly build: () => object
}

/** What is used of parquet-wasm. */
interface ParquetWasm {
  readonly Table: { readonly fromIPCStream: (bytes: Uint8Array) => object }
  readonly WriterPropertiesBuilder: new () => PropertiesBuilder
  readonly Compression: { readonly ZSTD: number }
  readonly writeParquet: (table: object, properties: object) => Uint8Array
}

/** Arrow columns put together as directly as Arrow allows, without its builders; then IPC, which is the way into the module. */
export const openParquetWasm = (folder: string): BenchWriter => {
  const require = createRequire(`${folder}/package.json`)
  const arrow = require('apache-arrow') as Arrow
  const wasm = require('parquet-wasm') as ParquetWasm
  const table = arrowTable(arrow)
  return {
    write: (rows) => {
      const properties = new wasm.WriterPropertiesBuilder()
        .setCompression(wasm.Compression.ZSTD)
        .setMaxRowGroupSize(rows.length)
        .build()
      const ipc = arrow.tableToIPC(table(rows), 'stream')
      return wasm.writeParquet(wasm.Table.fromIPCStream(ipc), properties)
    },
  }
}

const arrowTable =
  (arrow: Arrow) =>
  (rows: readonly BenchRow[]): object => {
    const { makeData, Vector } = arrow
    const { length } = rows
    const vector = (properties: Readonly<Record<string, unknown>>): object =>
      new Vector([makeData({ length, nullCount: 0, ...properties })])
    const texts = (values: readonly string[]): object => vector(textData(arrow, values))
    return new arrow.Table({
      chunk_id: texts(rows.map((row) => row.chunkId)),
      document_id: texts(rows.map((row) => row.documentId)),
      source: texts(rows.map((row) => row.source)),
      at: vector({
        type: new arrow.TimestampMillisecond('UTC'),
        data: BigInt64Array.from(rows, (row) => BigInt(row.at)),
      }),
      text: texts(rows.map((row) => row.text)),
      tokens: vector({ type: new arrow.Int32(), data: Int32Array.from(rows, (row) => row.tokens) }),
      embedding: vector(embeddingData(arrow, rows)),
      redactions: vector(countData(arrow, rows)),
    })
  }

const textData = (arrow: Arrow, values: readonly string[]) => {
  const data = Buffer.from(values.join(''))
  const valueOffsets = new Int32Array(values.length + 1)
  for (const [at, value] of values.entries()) {
    valueOffsets[at + 1] = valueOffsets[at]! + Buffer.byteLength(value)
  }
  return { type: new arrow.Utf8(), valueOffsets, data }
}

const embeddingData = (arrow: Arrow, rows: readonly BenchRow[]) => {
  const floats = new Float32Array(rows.length * dimensions)
  const bytes = new Uint8Array(floats.buffer)
  for (const [at, { embedding }] of rows.entries()) bytes.set(embedding, at * dimensions * 4)
  const type = new arrow.Float32()
  return {
    type: new arrow.List(new arrow.Field('element', type, false)),
    valueOffsets: Int32Array.from({ length: rows.length + 1 }, (_, at) => at * dimensions),
    child: arrow.makeData({ type, length: floats.length, nullCount: 0, data: floats }),
  }
}

const countData = (arrow: Arrow, rows: readonly BenchRow[]) => {
  const entries = rows.map(({ redactions }) => Object.entries(redactions))
  const flat = entries.flat()
  const valueOffsets = new Int32Array(rows.length + 1)
  for (const [at, each] of entries.entries()) valueOffsets[at + 1] = valueOffsets[at]! + each.length
  const { length } = flat
  const keys = textData(
    arrow,
    flat.map(([key]) => key),
  )
  const values = { type: new arrow.Int32(), data: Int32Array.from(flat, ([, count]) => count) }
  const struct = new arrow.Struct([
    new arrow.Field('key', keys.type, false),
    new arrow.Field('value', values.type, false),
  ])
  const children = [keys, values].map((each) => arrow.makeData({ length, nullCount: 0, ...each }))
  return {
    type: new arrow.Map_(new arrow.Field('entries', struct, false)),
    valueOffsets,
    child: arrow.makeData({ type: struct, length, nullCount: 0, children }),
  }
}
