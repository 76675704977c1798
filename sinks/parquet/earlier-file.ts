import { openParquetBytes, readRows, type OpenParquet } from './read-parquet.ts'

/** What a range and its place are told by, whatever wrote them. */
const sameKeys = ['dataset', 'topic', 'partition', 'start', 'end'] as const
/** What says which rows there are, in every dataset and every version. */
const rowKeys = ['document_id', 'revision']

const footerOf = ({ metadata }: OpenParquet): ReadonlyMap<string, string | undefined> =>
  new Map(metadata.key_value_metadata?.map(({ key, value }) => [key, value]))

/**
 * Whether `there` is what another version of the sink has written of the range of `ours`, with the same rows by document and
 * revision. False for anything else, a file that is no Parquet included.
 */
export const isOfOtherVersion = async (there: Uint8Array, ours: Uint8Array): Promise<boolean> => {
  const opened = await openParquetBytes(there).catch(() => undefined)
  if (!opened) return false
  const own = await openParquetBytes(ours)
  const [footer, ownFooter] = [footerOf(opened), footerOf(own)]
  if (sameKeys.some((key) => footer.get(key) !== ownFooter.get(key))) return false
  const isSameVersion =
    footer.get('schema') === ownFooter.get('schema') &&
    footer.get('writer') === ownFooter.get('writer')
  if (isSameVersion || opened.metadata.num_rows !== own.metadata.num_rows) return false
  const [rows, ownRows] = [await readRows(opened, rowKeys), await readRows(own, rowKeys)]
  return ownRows.every((row, place) => rowKeys.every((key) => rows[place]?.[key] === row[key]))
}
