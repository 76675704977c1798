import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { DocumentId } from '../../../schemas/brands.ts'
import type { VectorIndex, VectorPoint } from '../../../topology/ports/vector-index.ts'
import { openEnvironment, type Environment } from '../lmdb/open-environment.ts'
import { createWriteQueue } from '../lmdb/write-queue.ts'
import { loadMatrix, scan } from './read-points.ts'
import { encodePoint } from './vector-frame.ts'
import type { VectorMatrix } from './vector-matrix.ts'
import {
  entriesOf,
  markLayout,
  nextSlot,
  openVectorTables,
  readDimensions,
  writeDimensions,
  type VectorTables,
} from './vector-tables.ts'
import { changePoints, type Changed, type FramedPoint, type Heads } from './write-points.ts'

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

const requireDimensions = (length: number, dimensions: number | undefined): void => {
  if (dimensions !== undefined && length !== dimensions)
    throw new RangeError(`the vector has ${length} dimensions, the index has ${dimensions}`)
}

/** Closes the environment again where its tables are not to be used. */
const tablesOf = (environment: Environment, dataDir: string): VectorTables | undefined => {
  try {
    return openVectorTables(environment, dataDir)
  } catch (error) {
    void environment.close()
    throw error
  }
}

const headsAfter = (revisions: ReadonlyMap<DocumentId, bigint>): Heads =>
  Array.from(revisions, ([id, revision]) => [id, revision + 1n] as const)

/** Exact search over vectors in one LMDB environment; they are loaded into memory by the first search. */
export const createEmbeddedVectorIndex = (options: EmbeddedVectorIndexOptions): VectorIndex => {
  const environment = openEnvironment(vectorFolderOf(options.dataDir))
  const tables = tablesOf(environment, options.dataDir)
  if (!tables) throw new Error('the tables of the vector index could not be made')
  const queue = createWriteQueue({ environment, dependency: 'vector-index' })
  // A transaction that was undone leaves a gap.
  let slot = nextSlot(tables)
  const newSlot = (): number => slot++
  let matrix: Promise<VectorMatrix> | undefined

  /** What the transactions so far changed, brought to the matrix once it is there. */
  const inMatrix = async (change: (loaded: VectorMatrix) => void): Promise<void> => {
    if (matrix) change(await matrix)
  }

  const changeAll = (points: readonly FramedPoint[], heads: Heads): Changed => {
    const known = readDimensions(tables)
    const dimensions = known ?? points[0]?.point.vector.length
    for (const { point } of points) requireDimensions(point.vector.length, dimensions)
    markLayout(tables)
    if (known === undefined && dimensions !== undefined) writeDimensions(tables, dimensions)
    return changePoints(tables, points, heads, newSlot)
  }

  /** In one transaction. Nothing below the heads returns. */
  const change = async (points: readonly VectorPoint[], heads: Heads): Promise<void> => {
    if (points.length === 0 && heads.length === 0) return
    const framed = points.map((point) => ({ point, frame: encodePoint(point) }))
    const { written, dropped } = await queue.write(() => changeAll(framed, heads))
    await inMatrix((loaded) => {
      written.forEach(loaded.set)
      dropped.forEach(loaded.remove)
    })
  }

  const load = async (): Promise<VectorMatrix | undefined> => {
    const dimensions = readDimensions(tables)
    if (dimensions === undefined) return undefined
    return (matrix ??= loadMatrix(tables, dimensions))
  }

  return {
    upsert: (points) => change(points, []),
    removeOlder: (revisions) => change([], [...revisions]),
    removeDocuments: (revisions) => change([], headsAfter(revisions)),
    bring: ({ points, older, documents }) => change(points, [...older, ...headsAfter(documents)]),
    search: async (query) => {
      requireDimensions(query.vector.length, readDimensions(tables))
      return (await load())?.search(query) ?? []
    },
    searchTerms: async (query) => (await load())?.searchTerms(query) ?? [],
    count: async () => entriesOf(tables.points),
    scan: () => scan(tables),
    close: async () => {
      await queue.close()
      await environment.close()
    },
  }
}

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
  const tables = tablesOf(environment, dataDir)
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
      return entriesOf(tables.points)
    },
    scan: () => scan(tables),
    close: () => environment.close(),
  }
}
