import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance, type DuckDBConnection } from '@duckdb/node-api'

/** What a file says of itself, and its rows, as DuckDB reads them. */
export interface FileFacts {
  readonly name: string
  readonly partition: number
  readonly start: number
  readonly end: number
  readonly rows: readonly { readonly offset: number; readonly chunkId: string }[]
}

/** Opens every file by itself. One that cannot be read is told of and left out. */
export const openFiles = async (
  files: ReadonlyMap<string, Uint8Array>,
  unreadable: (name: string) => void,
): Promise<readonly FileFacts[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'archive-streams-proof-files-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const facts: FileFacts[] = []
  try {
    let number = 0
    for (const [name, bytes] of files) {
      // DuckDB keeps what it has read of a path, so every file gets one of its own.
      const path = join(folder, `${number++}.parquet`)
      await writeFile(path, bytes)
      try {
        facts.push({ name, ...(await read(connection, path)) })
      } catch {
        unreadable(name)
      }
    }
    return facts
  } finally {
    connection.closeSync()
    instance.closeSync()
    await rm(folder, { recursive: true, force: true })
  }
}

const read = async (
  connection: DuckDBConnection,
  path: string,
): Promise<Omit<FileFacts, 'name'>> => {
  const ask = async (sql: string): Promise<readonly (readonly unknown[])[]> =>
    (await connection.runAndReadAll(sql)).getRows()
  const footer = new Map(
    (await ask(`SELECT decode(key), decode(value) FROM parquet_kv_metadata('${path}')`)).map(
      ([key, value]) => [String(key), Number(value)],
    ),
  )
  const number = (key: string): number => {
    const value = footer.get(key)
    if (value === undefined) throw new Error(`the footer has no ${key}`)
    return value
  }
  // The vectors are read, too: a page that is damaged shows only then.
  const rows = await ask(
    `SELECT source_offset::int, chunk_id, list_sum(embedding) FROM read_parquet('${path}')`,
  )
  return {
    partition: number('partition'),
    start: number('start'),
    end: number('end'),
    rows: rows.map(([offset, chunkId]) => ({ offset: Number(offset), chunkId: String(chunkId) })),
  }
}
