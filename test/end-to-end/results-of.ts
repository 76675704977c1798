import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { deadLettersOf } from '../../cli/read/dead-letters.ts'
import type { ArchiveView } from '../../cli/read/archive-view.ts'
import type { Summary } from '../../schemas/generated/types.ts'
import { openData, recordsOf } from './open-data.ts'

/** What lies in the sinks of a data folder, without what differs between two runs by right: times and places. */
export interface Results {
  /** One sorted line per row of a dataset. */
  readonly parquet: Readonly<Record<string, readonly string[]>>
  readonly vectors: readonly string[]
  readonly summaries: readonly string[]
  readonly deadLetters: readonly string[]
}

const datasets: Readonly<Record<string, string>> = {
  documents: 'document_id, revision, content_hash, type, chunks, tokens',
  chunks: 'document_id, revision, chunk_id, ordinal, md5(text)',
  embeddings: 'document_id, revision, chunk_id, ordinal, md5(embedding::VARCHAR)',
  classifications: 'document_id, revision, chunk_id, ordinal, model, label, score',
  summaries: 'document_id, revision, status, md5(text)',
}

const hash = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex')

export const resultsOf = async (
  dataDir: string,
  open: () => Promise<ArchiveView> = () => openData(dataDir),
): Promise<Results> => {
  const view = await open()
  try {
    const vectors: string[] = []
    for await (const { id, vector, payload } of view.vectors.scan()) {
      const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
      vectors.push(`${id} ${payload.chunkId} ${payload.revision} ${hash(bytes)}`)
    }
    const deadLetters: string[] = []
    for await (const { letter } of deadLettersOf(view)) {
      deadLetters.push(`${letter.documentId} ${letter.stage} ${letter.code} ${letter.itemId}`)
    }
    return {
      parquet: await parquetRows(join(dataDir, 'objects', 'parquet')),
      vectors: vectors.sort(),
      summaries: await summaryLines(view),
      deadLetters: deadLetters.sort(),
    }
  } finally {
    await view.close()
  }
}

const summaryLines = async (view: ArchiveView): Promise<readonly string[]> => {
  const records = await recordsOf<Summary>(view, 'archive.summaries')
  return records
    .map(({ decoded }) => {
      const { documentId, revision, status, text } = decoded
      return `${documentId} ${revision} ${status} ${hash(text)}`
    })
    .sort()
}

/** Every row of every dataset, as the independent reader DuckDB sees it. */
const parquetRows = async (folder: string): Promise<Results['parquet']> => {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  const rows: Record<string, readonly string[]> = {}
  for (const [dataset, columns] of Object.entries(datasets)) {
    const files = `${folder}/${dataset}/**/*.parquet`
    const reader = await connection.runAndReadAll(
      `SELECT concat_ws(' ', ${columns}) AS line FROM read_parquet('${files}', hive_partitioning = true) ORDER BY line`,
    )
    rows[dataset] = reader.getRows().map(([line]) => String(line))
  }
  connection.closeSync()
  return rows
}
