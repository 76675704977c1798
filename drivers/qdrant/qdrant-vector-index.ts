import type { DocumentId } from '../../schemas/brands.ts'
import type { TermWeights, VectorIndex, VectorPoint } from '../../topology/ports/vector-index.ts'
import {
  collectionNames,
  denseVector,
  ensureCollection,
  targetOf,
  termVector,
} from './collections.ts'
import { encodePoints } from './encode-points.ts'
import { olderPoints } from './filters.ts'
import { byRevision, openHeads, pagesOf } from './heads.ts'
import { createInTurn } from './in-turn.ts'
import { namesOf } from './names.ts'
import type { QdrantVectorIndexOptions } from './options.ts'
import { payloadOf, searchPoints, searchTermPoints } from './search-points.ts'
import { connectQdrant, type QdrantServer } from './server.ts'

type Revisions = ReadonlyMap<DocumentId, bigint>

/** Points read at once by a scan. */
const scanPage = 500

const requireLength = (vector: Float32Array, dimensions: number): void => {
  if (vector.length !== dimensions)
    throw new RangeError(`the vector has ${vector.length} dimensions, the index has ${dimensions}`)
}

const oldestRevisions = (points: readonly VectorPoint[]): Revisions => {
  const oldest = new Map<DocumentId, bigint>()
  for (const { payload } of points) {
    const known = oldest.get(payload.documentId)
    if (known === undefined || known > payload.revision)
      oldest.set(payload.documentId, payload.revision)
  }
  return oldest
}

/**
 * Vectors in Qdrant. Makes collection and aliases where they are not there; throws {@link Fault} when the server cannot be
 * used, or holds vectors of another length.
 */
export const createQdrantVectorIndex = async (
  options: QdrantVectorIndexOptions,
): Promise<VectorIndex> => {
  const server = connectQdrant(options)
  const names = namesOf(options)
  try {
    if (!options.readOnly) await ensureCollection(server, names, options)
    const there = (await targetOf(server, names.alias)) !== undefined
    const index = indexOver(server, names.alias, options)
    return there ? index : { ...index, ...nothing }
  } catch (error) {
    await server.close()
    throw error
  }
}

/** What is found where nothing was written yet. */
const nothing: Pick<VectorIndex, 'search' | 'searchTerms' | 'count' | 'scan'> = {
  search: () => Promise.resolve([]),
  searchTerms: () => Promise.resolve([]),
  count: () => Promise.resolve(0),
  scan: async function* () {},
}

/** The index in one collection, or in what an alias names. */
export const indexOver = (
  server: QdrantServer,
  collection: string,
  options: QdrantVectorIndexOptions,
): VectorIndex => {
  const { dimensions, ordering, batchPoints } = options
  const names = namesOf(options)
  const heads = openHeads(server, names.heads, ordering)
  const inTurn = createInTurn()
  const path = `/collections/${encodeURIComponent(collection)}/points/batch?wait=true&ordering=${ordering}`

  const removeBelow = async (from: string, revisions: Revisions): Promise<void> => {
    for (const page of pagesOf([...revisions])) {
      const operations = Array.from(byRevision(page), ([revision, ids]) => ({
        delete: { filter: olderPoints(ids, revision) },
      }))
      await server.ask((client) => client.batchUpdate(from, { wait: true, ordering, operations }))
    }
  }

  /** Of several requests one may overtake another: each point is guarded by itself. */
  const write = async (points: readonly VectorPoint[]): Promise<void> => {
    const requests = Array.from(pagesOf(points, batchPoints), encodePoints)
    const sent = await Promise.allSettled(requests.map((body) => server.send(path, body)))
    const failed = sent.find((each) => each.status === 'rejected')
    if (failed) throw failed.reason
  }

  /** Another process may have removed older points since the heads were read: what came too late goes again. */
  const removeLate = async (written: Revisions): Promise<void> => {
    const now = await heads.read(written.keys())
    const late = [...now].filter(([id, head]) => head > (written.get(id) ?? head))
    if (late.length > 0) await removeBelow(collection, new Map(late))
  }

  const upsert = async (points: readonly VectorPoint[]): Promise<void> => {
    const known = await heads.read(points.map(({ payload }) => payload.documentId))
    const kept = points.filter(({ payload }) => {
      const head = known.get(payload.documentId)
      return head === undefined || head <= payload.revision
    })
    if (kept.length === 0) return
    await write(kept)
    await removeLate(oldestRevisions(kept))
  }

  const remove = async (revisions: Revisions, collections: readonly string[]): Promise<void> => {
    await heads.raise(revisions)
    for (const each of collections) await removeBelow(each, revisions)
  }

  return {
    upsert: async (points) => {
      for (const { vector } of points) requireLength(vector, dimensions)
      const documents = points.map(({ payload }) => payload.documentId)
      await inTurn(documents, () => upsert(points))
    },
    removeOlder: (revisions) => inTurn(revisions.keys(), () => remove(revisions, [collection])),
    // From the collections of other models too, and from one that is being rebuilt.
    removeDocuments: (revisions) =>
      inTurn(revisions.keys(), async () => {
        const after = new Map(Array.from(revisions, ([id, last]) => [id, last + 1n] as const))
        await remove(after, (await collectionNames(server)).filter(names.holdsPoints))
      }),
    search: async (query) => {
      requireLength(query.vector, dimensions)
      return searchPoints(server, collection, options, query)
    },
    searchTerms: (query) => searchTermPoints(server, collection, query),
    count: async () => {
      const { count } = await server.ask((client) => client.count(collection, { exact: true }))
      return count
    },
    scan: () => scan(server, collection),
    close: () => server.close(),
  }
}

interface StoredVectors {
  readonly [denseVector]: readonly number[]
  readonly [termVector]?: {
    readonly indices: readonly number[]
    readonly values: readonly number[]
  }
}

const termWeightsOf = ({ indices, values }: NonNullable<StoredVectors['terms']>): TermWeights => ({
  terms: Uint32Array.from(indices),
  weights: Float32Array.from(values),
})

async function* scan(server: QdrantServer, collection: string): AsyncGenerator<VectorPoint> {
  let offset: string | number | undefined
  do {
    const from = offset === undefined ? {} : { offset }
    const page = await server.ask((client) =>
      client.scroll(collection, {
        ...from,
        limit: scanPage,
        with_payload: true,
        with_vector: [denseVector, termVector],
      }),
    )
    for (const { id, payload, vector } of page.points) {
      const { [denseVector]: values, [termVector]: terms } = vector as unknown as StoredVectors
      yield {
        id: String(id),
        vector: Float32Array.from(values),
        ...(terms && { terms: termWeightsOf(terms) }),
        payload: payloadOf(payload ?? {}),
      }
    }
    offset = (page.next_page_offset ?? undefined) as string | number | undefined
  } while (offset !== undefined)
}
