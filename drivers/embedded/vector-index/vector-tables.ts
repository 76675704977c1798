import { Fault } from '../../../topology/model/failure.ts'
import type { ByteTable, Environment } from '../lmdb/open-environment.ts'

/*
 * Tables of the index:
 *   points     slot: uint64, big-endian            -> frame of the point (vector-frame.ts)
 *   documents  document id, for later parts 0 part -> its head and its points by slot (document-entry.ts)
 *   settings   layout, dimensions                  -> uint32
 * New points get ascending slots, so that one page after the other is filled; ids and documents come in any order, so what
 * is kept by them is small. `heads` is a table of the layout before, where points were kept by their ids.
 */
export interface VectorTables {
  readonly points: ByteTable
  readonly documents: ByteTable
  readonly settings: ByteTable
}

const layout = 2

const quoted = (path: string): string =>
  /^[\w./@:+-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`

/**
 * Undefined where the index has never been opened for writing. Throws a fatal `Fault` where it has the layout of another
 * version.
 */
export const openVectorTables = (
  environment: Environment,
  dataDir: string,
): VectorTables | undefined => {
  const points = environment.table('points', 'ascending')
  const documents = environment.table('documents')
  const settings = environment.table('settings')
  if (!points || !documents || !settings) return undefined
  const written = [points, documents, environment.table('heads')]
  const found = readSetting(settings, 'layout') ?? (written.some(hasEntries) ? 1 : layout)
  if (found !== layout)
    throw new Fault(
      'fatal',
      'vector-index',
      `the vector index of the data folder has layout ${found}, and this version reads and writes layout ${layout}: run \`archive-streams vectors rebuild --data-dir ${quoted(dataDir)}\`, which makes it anew from the topic of embeddings`,
    )
  return { points, documents, settings }
}

const hasEntries = (table: ByteTable | undefined): boolean =>
  table !== undefined && entriesOf(table) > 0

export const entriesOf = (table: ByteTable): number =>
  (table.getStats() as { readonly entryCount: number }).entryCount

export const slotKey = (slot: number): Buffer => {
  const key = Buffer.allocUnsafe(8)
  key.writeUInt32BE(Math.floor(slot / 2 ** 32), 0)
  key.writeUInt32BE(slot >>> 0, 4)
  return key
}

/** Above all slots there are. */
export const nextSlot = ({ points }: VectorTables): number => {
  const [last] = points.getKeys({ reverse: true, limit: 1 })
  return last ? Number(Buffer.from(last).readBigUInt64BE()) + 1 : 0
}

const readSetting = (settings: ByteTable, name: string): number | undefined => {
  const stored = settings.get(Buffer.from(name))
  return stored ? Buffer.from(stored).readUInt32LE() : undefined
}

const writeSetting = (settings: ByteTable, name: string, value: number): void => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  settings.putSync(Buffer.from(name), bytes)
}

/** Belongs into the first transaction that writes anything. */
export const markLayout = ({ settings }: VectorTables): void => {
  if (readSetting(settings, 'layout') === undefined) writeSetting(settings, 'layout', layout)
}

export const readDimensions = ({ settings }: VectorTables): number | undefined =>
  readSetting(settings, 'dimensions')

export const writeDimensions = ({ settings }: VectorTables, dimensions: number): void =>
  writeSetting(settings, 'dimensions', dimensions)
