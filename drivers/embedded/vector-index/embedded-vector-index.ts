import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentId } from '../../../schemas/brands.ts'
import type { VectorIndex, VectorPoint } from '../../../topology/ports/vector-index.ts'
import { openEnvironment } from '../lmdb/open-environment.ts'
import { createWriteQueue } from '../lmdb/write-queue.ts'
import { decodePoint, encodePoint, revisionOf } from './vector-frame.ts'
import { createVectorMatrix, type VectorMatrix } from './vector-matrix.ts'
import {
  documentKey,
  openVectorTables,
  pointsOf,
  readDimensions,
  readHead,
  writeDimensions,
  writeHead,
  type VectorTables,
} from './vector-tables.ts'

export interface EmbeddedVectorIndexOptions {
  /** Folder of everything that is written; the index takes `vectors/` in it. Hold its lock (`lockDataDir`) first. */
  readonly dataDir: string
}

/** What can be done with an index that another process writes. */
export type VectorIndexReader = Pick<
  VectorIndex,
  'search' | 'searchTerms' | 'count' | 'scan' | 'close'
>

/** Folder of the index in a data folder. */
export const vectorFolderOf = (dataDir: string): string => join(dataDir, 'vectors')

/** Points read from the disk in one go while the matrix is made. */
const loadSlice = 2000

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

interface Entry {
  readonly key: Uint8Array
  readonly value: Uint8Array
}

/** All points in id order, read in slices, so that no old state of the tables is held. */
async function* slices(tables: VectorTables): AsyncGenerator<readonly Entry[]> {
  let start: Uint8Array = Buffer.alloc(0)
  for (;;) {
    const entries = [...tables.points.getRange({ start, limit: loadSlice })]
    yield entries
    const last = entries.at(-1)
    if (!last || entries.length < loadSlice) return
    // The smallest key after the last one.
    start = Buffer.concat([last.key, Buffer.from([0])])
    await nextTurn()
  }
}

const idOf = (key: Uint8Array): string => Buffer.from(key).toString()

async function* scan(tables: VectorTables): AsyncGenerator<VectorPoint> {
  for await (const entries of slices(tables))
    for (const { key, value } of entries) yield { id: idOf(key), ...decodePoint(value) }
}

const loadMatrix = async (tables: VectorTables, dimensions: number): Promise<VectorMatrix> => {
  const matrix = createVectorMatrix(dimensions)
  for await (const entries of slices(tables))
    for (const { key, value } of entries) matrix.set(idOf(key), decodePoint(value))
  return matrix
}

const requireDimensions = (length: number, dimensions: number | undefined): void => {
  if (dimensions !== undefined && length !== dimensions)
    throw new RangeError(`the vector has ${length} dimensions, the index has ${dimensions}`)
}

/** Exact search over vectors in one LMDB environment; they are loaded into memory by the first search. */
export const createEmbeddedVectorIndex = (options: EmbeddedVectorIndexOptions): VectorIndex => {
  const environment = openEnvironment(vectorFolderOf(options.dataDir))
  const tables = openVectorTables(environment)
  if (!tables) throw new Error('the tables of the vector index could not be made')
  const queue = createWriteQueue({ environment, dependency: 'vector-index' })
  let matrix: Promise<VectorMatrix> | undefined

  /** What the transactions so far changed, brought to the matrix once it is there. */
  const inMatrix = async (change: (loaded: VectorMatrix) => void): Promise<void> => {
    if (matrix) change(await matrix)
  }

  const put = (point: VectorPoint): boolean => {
    const { documentId, revision } = point.payload
    const key = Buffer.from(point.id)
    const head = readHead(tables, documentId)
    if (head !== undefined && revision < head) return false
    const stored = tables.points.get(key)
    if (stored && revisionOf(stored) >= revision) return false
    tables.points.putSync(key, encodePoint(point))
    tables.documents.putSync(documentKey(documentId, point.id), new Uint8Array())
    return true
  }

  const putAll = (points: readonly VectorPoint[]): readonly VectorPoint[] => {
    const dimensions = readDimensions(tables) ?? points[0]?.vector.length
    if (dimensions === undefined) return []
    for (const { vector } of points) requireDimensions(vector.length, dimensions)
    if (readDimensions(tables) === undefined) writeDimensions(tables, dimensions)
    return points.filter(put)
  }

  const isBelow = (id: string, head: bigint): boolean => {
    const stored = tables.points.get(Buffer.from(id))
    return stored !== undefined && revisionOf(stored) < head
  }

  /** Inside a transaction. Answers the ids of the points that went. */
  const dropBelow = (documentId: DocumentId, head: bigint): readonly string[] => {
    const before = readHead(tables, documentId)
    if (before === undefined || before < head) writeHead(tables, documentId, head)
    const ids = pointsOf(tables, documentId).filter((id) => isBelow(id, head))
    for (const id of ids) {
      tables.points.removeSync(Buffer.from(id))
      tables.documents.removeSync(documentKey(documentId, id))
    }
    return ids
  }

  /** Removes what is below the heads and lets nothing below them return: all of them in one transaction. */
  const removeBelow = async (heads: readonly (readonly [DocumentId, bigint])[]): Promise<void> => {
    if (heads.length === 0) return
    const removed = await queue.write(() => heads.flatMap(([id, head]) => dropBelow(id, head)))
    await inMatrix((loaded) => removed.forEach(loaded.remove))
  }

  const load = async (): Promise<VectorMatrix | undefined> => {
    const dimensions = readDimensions(tables)
    if (dimensions === undefined) return undefined
    return (matrix ??= loadMatrix(tables, dimensions))
  }

  return {
    upsert: async (points) => {
      const written = await queue.write(() => putAll(points))
      await inMatrix((loaded) => written.forEach((point) => loaded.set(point.id, point)))
    },
    removeOlder: (revisions) => removeBelow([...revisions]),
    removeDocuments: (revisions) =>
      removeBelow(Array.from(revisions, ([id, revision]) => [id, revision + 1n] as const)),
    search: async (query) => {
      requireDimensions(query.vector.length, readDimensions(tables))
      return (await load())?.search(query) ?? []
    },
    searchTerms: async (query) => (await load())?.searchTerms(query) ?? [],
    count: async () => countOf(tables),
    scan: () => scan(tables),
    close: async () => {
      await queue.close()
      await environment.close()
    },
  }
}

const countOf = (tables: VectorTables): number =>
  (tables.points.getStats() as { readonly entryCount: number }).entryCount

/**
 * Opens the index of a data folder for looking at, from any process; undefined when none has been written there. The
 * first search loads the points as they are then.
 */
export const openEmbeddedVectorIndexReader = async (
  dataDir: string,
): Promise<VectorIndexReader | undefined> => {
  const path = vectorFolderOf(dataDir)
  if (!existsSync(join(path, 'data.mdb'))) return undefined
  const environment = openEnvironment(path, { readOnly: true })
  const tables = openVectorTables(environment)
  if (!tables) {
    await environment.close()
    return undefined
  }
  let matrix: Promise<VectorMatrix> | undefined
  const load = async (): Promise<VectorMatrix | undefined> => {
    environment.refresh()
    const dimensions = readDimensions(tables)
    if (dimensions === undefined) return undefined
    return (matrix ??= loadMatrix(tables, dimensions))
  }
  return {
    search: async (query) => {
      environment.refresh()
      requireDimensions(query.vector.length, readDimensions(tables))
      return (await load())?.search(query) ?? []
    },
    searchTerms: async (query) => (await load())?.searchTerms(query) ?? [],
    count: async () => {
      environment.refresh()
      return countOf(tables)
    },
    scan: () => scan(tables),
    close: () => environment.close(),
  }
}
