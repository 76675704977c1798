import type { DocumentId } from '../../schemas/brands.ts'
import { below, revisionIn, revisionParts } from './filters.ts'
import type { QdrantServer } from './server.ts'

/*
 * A guard of an upsert sees points that are there. It cannot see that a point was removed because its document has become
 * shorter, or was erased. So every document has a point in a collection of its own, under the document's id: its
 * `revision` is the lowest one of which points may still come.
 */
export interface Heads {
  readonly read: (ids: Iterable<DocumentId>) => Promise<ReadonlyMap<DocumentId, bigint>>
  /** Raises heads; one that is higher already stays. */
  readonly raise: (heads: ReadonlyMap<DocumentId, bigint>) => Promise<void>
}

/** Documents of one request. */
const pageSize = 1000

/** Documents by the revision that they share. */
export const byRevision = (
  revisions: Iterable<readonly [DocumentId, bigint]>,
): ReadonlyMap<bigint, readonly DocumentId[]> => {
  const groups = new Map<bigint, DocumentId[]>()
  for (const [id, revision] of revisions) {
    const group = groups.get(revision)
    if (group) group.push(id)
    else groups.set(revision, [id])
  }
  return groups
}

export function* pagesOf<T>(items: readonly T[], size = pageSize): Generator<readonly T[]> {
  for (let from = 0; from < items.length; from += size) yield items.slice(from, from + size)
}

export const openHeads = (
  server: QdrantServer,
  collection: string,
  ordering: 'weak' | 'medium' | 'strong',
): Heads => ({
  read: async (wanted) => {
    const heads = new Map<DocumentId, bigint>()
    for (const page of pagesOf([...new Set(wanted)])) {
      const found = await server.ask((client) =>
        client.retrieve(collection, { ids: [...page], with_payload: true }),
      )
      for (const { id, payload } of found)
        if (payload) heads.set(id as DocumentId, revisionIn(payload))
    }
    return heads
  },
  raise: async (heads) => {
    for (const page of pagesOf([...heads])) {
      const operations = Array.from(byRevision(page), ([revision, ids]) => ({
        upsert: {
          points: ids.map((id) => ({
            id,
            vector: {},
            // Rounded beyond 2^53, where the parts say what it is.
            payload: { revision: Number(revision), ...revisionParts(revision) },
          })),
          update_filter: { must: [below(revision)] },
        },
      }))
      await server.ask((client) =>
        client.batchUpdate(collection, { wait: true, ordering, operations }),
      )
    }
  },
})
