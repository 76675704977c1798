import { createParquetFile } from '../../sinks/parquet/parquet-file.ts'
import { zstdReady } from '../../sinks/parquet/zstd.ts'
import type { BenchWriter } from './bench-writer.ts'
import { columns } from './columns.ts'

/** The writer of the Parquet sink, with a bloom filter of the document ids. */
export const openOurs = async (): Promise<BenchWriter> => {
  await zstdReady()
  let release = (): void => {}
  return {
    write: (rows) => {
      const file = createParquetFile(columns)
      release = file.release
      file.addRowGroup(rows)
      return file.finish({ dataset: 'bench' })
    },
    release: () => release(),
  }
}
