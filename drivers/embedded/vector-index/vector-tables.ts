import type { DocumentId } from '../../../schemas/brands.ts'
import type { ByteTable, Environment } from '../lmdb/open-environment.ts'

/*
 * Tables of the index:
 *   points     id                     -> frame
 *   documents  document id 0 point id -> nothing
 *   heads      document id            -> int64: points of an earlier revision may not return
 *   settings   dimensions             -> uint32
 */
export interface VectorTables {
  readonly points: ByteTable
  readonly documents: ByteTable
  readonly heads: ByteTable
  readonly settings: ByteTable
}

/** Undefined where the index has never been opened for writing. */
export const openVectorTables = (environment: Environment): VectorTables | undefined => {
  const names = ['points', 'documents', 'heads', 'settings'] as const
  const entries = names.map((name) => [name, environment.table(name)] as const)
  if (entries.some(([, table]) => table === undefined)) return undefined
  return Object.fromEntries(entries) as unknown as VectorTables
}

export const documentKey = (documentId: DocumentId, id: string): Buffer =>
  Buffer.from(`${documentId}\0${id}`)

/** Ids of the points of a document. */
export const pointsOf = (tables: VectorTables, documentId: DocumentId): readonly string[] => {
  const start = Buffer.from(`${documentId}\0`)
  const keys = tables.documents.getKeys({ start, end: Buffer.from(`${documentId}\u0001`) })
  return [...keys].map((key) => Buffer.from(key).toString('utf8', start.length))
}

export const readHead = (tables: VectorTables, documentId: DocumentId): bigint | undefined => {
  const stored = tables.heads.get(Buffer.from(documentId))
  return stored ? Buffer.from(stored).readBigInt64LE() : undefined
}

export const writeHead = (tables: VectorTables, documentId: DocumentId, head: bigint): void => {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(head)
  tables.heads.putSync(Buffer.from(documentId), bytes)
}

const dimensionsKey = Buffer.from('dimensions')

export const readDimensions = (tables: VectorTables): number | undefined => {
  const stored = tables.settings.get(dimensionsKey)
  return stored ? Buffer.from(stored).readUInt32LE() : undefined
}

export const writeDimensions = (tables: VectorTables, dimensions: number): void => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(dimensions)
  tables.settings.putSync(dimensionsKey, bytes)
}
