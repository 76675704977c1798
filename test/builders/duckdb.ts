import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** DuckDB over a set of objects: an independent reader of what was written. */
export interface DuckReader {
  /** Rows as plain values. `FROM FILES(chunks)` reads a dataset, `FROM FOOTERS(chunks)` its key-value footers, `FROM COLUMNS(chunks)` the
   * metadata of its columns; `PATHS(chunks)` is the pattern of its files. */
  readonly query: (sql: string) => Promise<readonly Record<string, unknown>[]>
  readonly close: () => Promise<void>
}

export const duckReader = async (objects: ReadonlyMap<string, Uint8Array>): Promise<DuckReader> => {
  const folder = await mkdtemp(join(tmpdir(), 'parquet-'))
  for (const [name, bytes] of objects) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes)
  }
  const { query, close } = await duckReaderOf(folder)
  return {
    query,
    close: async () => {
      await close()
      await rm(folder, { recursive: true })
    },
  }
}

/** The same over the objects of a folder. */
export const duckReaderOf = async (folder: string): Promise<DuckReader> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run("SET TimeZone = 'UTC'")
  const glob = (dataset: string): string => `'${folder}/parquet/${dataset}/**/*.parquet'`
  const expand = (sql: string): string =>
    sql
      .replace(
        /FILES\((\w+)\)/g,
        (_, d: string) => `read_parquet(${glob(d)}, hive_partitioning = true)`,
      )
      .replace(/PATHS\((\w+)\)/g, (_, d: string) => glob(d))
      .replace(/COLUMNS\((\w+)\)/g, (_, d: string) => `parquet_metadata(${glob(d)})`)
      .replace(/FOOTERS\((\w+)\)/g, (_, d: string) => `parquet_kv_metadata(${glob(d)})`)
  return {
    query: async (sql) => {
      const reader = await connection.runAndReadAll(expand(sql))
      return reader.getRowObjectsJS() as Record<string, unknown>[]
    },
    close: async () => {
      connection.closeSync()
      instance.closeSync()
    },
  }
}
