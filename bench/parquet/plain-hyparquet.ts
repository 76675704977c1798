import { parquetWriteBuffer } from 'hyparquet-writer'
import { zstd, zstdReady } from '../../sinks/parquet/zstd.ts'
import type { BenchWriter } from './bench-writer.ts'
import { columns } from './columns.ts'
import type { BenchRow } from './workload.ts'

const floatsOf = ({ embedding }: BenchRow): readonly number[] => [
  ...new Float32Array(embedding.buffer, embedding.byteOffset, embedding.byteLength / 4),
]

/** The library as it is published, with the same schema and compressor; it takes lists as arrays. */
export const openHyparquet = async (): Promise<BenchWriter> => {
  await zstdReady()
  const root = { name: 'root', num_children: columns.length }
  const schema = [root, ...columns.flatMap(({ elements }) => elements)]
  return {
    write: (rows) => {
      const columnData = [
        { name: 'chunk_id', data: rows.map((row) => row.chunkId) },
        { name: 'document_id', data: rows.map((row) => row.documentId), bloomFilter: true },
        { name: 'source', data: rows.map((row) => row.source) },
        { name: 'at', data: rows.map((row) => BigInt(row.at)) },
        { name: 'text', data: rows.map((row) => row.text) },
        { name: 'tokens', data: rows.map((row) => row.tokens) },
        { name: 'embedding', data: rows.map(floatsOf), statistics: false },
        { name: 'redactions', data: rows.map((row) => row.redactions) },
      ]
      const options = { rowGroupSize: rows.length, codec: 'ZSTD' as const }
      const compressors = { ZSTD: zstd }
      return new Uint8Array(parquetWriteBuffer({ ...options, compressors, schema, columnData }))
    },
  }
}
