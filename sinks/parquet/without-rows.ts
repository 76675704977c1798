import { createParquetFile } from './parquet-file.ts'
import type { Column } from './column.ts'
import { columnsOf, openParquetBytes, readColumn } from './read-parquet.ts'

/** A file without some of its rows. */
export interface Rewritten {
  readonly bytes: Uint8Array
  /** How many rows are not in it any more. */
  readonly removed: number
}

/** Which row is to go. */
export type IsErased = (documentId: string, revision: bigint) => boolean

/**
 * The file with the rows that are not erased, row group by row group; columns and footer are those of the file. A file of
 * which nothing is left keeps its columns, so that whoever has listed it can still open it. Undefined when nothing goes.
 */
export const withoutRows = async (
  bytes: Uint8Array,
  isErased: IsErased,
): Promise<Rewritten | undefined> => {
  const parquet = await openParquetBytes(bytes)
  const values = new Map<string, readonly unknown[]>()
  const columns = columnsOf(parquet).map((column): Column<number> => ({
    ...column,
    value: (row) => values.get(column.name)?.[row],
  }))
  const file = createParquetFile(columns)
  let removed = 0
  let start = 0
  for (const { num_rows: count } of parquet.metadata.row_groups) {
    const group = { start, end: start + Number(count) }
    for (const column of columns) values.set(column.name, await readColumn(parquet, column, group))
    const ids = values.get('document_id') as readonly string[]
    const revisions = values.get('revision') as readonly bigint[]
    const kept = [...ids.keys()].filter((row) => !isErased(ids[row]!, revisions[row]!))
    removed += ids.length - kept.length
    if (kept.length > 0) file.addRowGroup(kept)
    start = group.end
  }
  if (removed === 0) return undefined
  const footer = parquet.metadata.key_value_metadata ?? []
  const before = Object.fromEntries(footer.map(({ key, value }) => [key, value ?? '']))
  const generation = String(Number(before['generation'] ?? 0) + 1)
  return { bytes: file.finish({ ...before, generation }), removed }
}
