import type { VectorIndex, VectorPoint } from '../../topology/ports/vector-index.ts'

/** A vector index for unit tests that guards revisions and shows its points. It does not search. */
export interface InMemoryVectorIndex extends VectorIndex {
  readonly points: ReadonlyMap<string, VectorPoint>
  /** Names of the calls, in order. */
  readonly calls: readonly string[]
}

export const inMemoryVectorIndex = (): InMemoryVectorIndex => {
  const points = new Map<string, VectorPoint>()
  const calls: string[] = []
  const removeWhere = (matches: (point: VectorPoint) => boolean): void => {
    for (const [id, point] of points) if (matches(point)) points.delete(id)
  }
  return {
    points,
    calls,
    upsert: async (added) => {
      calls.push('upsert')
      for (const point of added) {
        const known = points.get(point.id)
        if (!known || known.payload.revision < point.payload.revision) points.set(point.id, point)
      }
    },
    removeOlder: async (revisions) => {
      calls.push('removeOlder')
      removeWhere(({ payload: p }) => p.revision < (revisions.get(p.documentId) ?? 0n))
    },
    removeDocuments: async (revisions) => {
      calls.push('removeDocuments')
      removeWhere(({ payload: p }) => p.revision <= (revisions.get(p.documentId) ?? -1n))
    },
    search: async () => [],
    searchTerms: async () => [],
    count: async () => points.size,
    scan: async function* () {
      yield* points.values()
    },
    close: async () => undefined,
  }
}
