import { floatsOf } from '../../schemas/little-endian.ts'
import type { DocumentId } from '../../schemas/brands.ts'
import type { ChunkVector, EmbeddingSet } from '../../schemas/generated/types.ts'
import type { ItemOutcome } from '../../topology/model/stage.ts'
import { uuidV5 } from '../../topology/model/uuid.ts'
import type { VectorPoint } from '../../topology/ports/vector-index.ts'

/** What a batch of embedding sets asks of the index. To be done in this order; each part is guarded by revision. */
export interface VectorRequest {
  /** At most one point per id, of the newest revision in the batch; none that the batch erases. */
  readonly points: readonly VectorPoint[]
  /** Points of the document below this revision go. One entry per document. */
  readonly heads: ReadonlyMap<DocumentId, bigint>
  /** Points of the document up to and including this revision go. One entry per document. */
  readonly erasures: ReadonlyMap<DocumentId, bigint>
  /** One per set, in order. */
  readonly outcomes: readonly ItemOutcome[]
}

/** The same chunk under the same model has the same id in every revision, so a newer one takes its place. */
export const pointId = (model: string, documentId: DocumentId, ordinal: number): string =>
  uuidV5(`point\n${model}\n${documentId}\n${ordinal}`)

export const requestOf = (sets: readonly EmbeddingSet[]): VectorRequest => {
  const outcomes = sets.map(outcomeOf)
  const good = sets.filter((_, index) => outcomes[index]!.kind === 'written')
  const archived = good.filter(({ operation }) => operation === 'ARCHIVE')
  const erased = good.filter(({ operation }) => operation === 'ERASE')
  const erasures = newestRevisions(erased)
  const kept = archived.filter(({ documentId, revision }) => {
    const erasedUpTo = erasures.get(documentId)
    return erasedUpTo === undefined || erasedUpTo < revision
  })
  return {
    points: newestOf(kept.flatMap(pointsOf)),
    heads: newestRevisions(kept),
    erasures,
    outcomes,
  }
}

const outcomeOf = (set: EmbeddingSet): ItemOutcome => {
  if (set.operation === 'ERASE') return { kind: 'written', facts: { counts: { erased: 1 } } }
  if (set.producedBy.model === null || set.chunkSetUri === null) {
    return refused('set-incomplete', 'the set names no model or no chunk set: embed it again')
  }
  if (set.vectors.some(({ vector }) => vector.length !== set.dimensions * 4)) {
    return refused('vector-length', 'a vector is not as long as the dimensions of its set')
  }
  return { kind: 'written', facts: { counts: { vectors: set.vectors.length } } }
}

const refused = (code: string, message: string): ItemOutcome => ({
  kind: 'dead-letter',
  failure: { disposition: 'VALIDATION', code, message },
})

const pointsOf = (set: EmbeddingSet): readonly VectorPoint[] =>
  set.vectors.map((vector) => pointOf(set, vector))

const pointOf = (set: EmbeddingSet, { chunkId, ordinal, vector }: ChunkVector): VectorPoint => ({
  id: pointId(set.producedBy.model!, set.documentId, ordinal),
  vector: floatsOf(vector),
  payload: {
    tenantId: set.tenantId,
    documentId: set.documentId,
    revision: set.revision,
    chunkId,
    ordinal,
    chunkSetUri: set.chunkSetUri!,
    type: set.type,
    ...(set.sentAt !== null && { sentAt: set.sentAt }),
  },
})

const newestOf = (points: readonly VectorPoint[]): readonly VectorPoint[] => {
  const byId = new Map<string, VectorPoint>()
  for (const point of points) {
    const known = byId.get(point.id)
    if (!known || known.payload.revision < point.payload.revision) byId.set(point.id, point)
  }
  return [...byId.values()]
}

const newestRevisions = (sets: readonly EmbeddingSet[]): ReadonlyMap<DocumentId, bigint> => {
  const newest = new Map<DocumentId, bigint>()
  for (const { documentId, revision } of sets) {
    const known = newest.get(documentId)
    if (known === undefined || known < revision) newest.set(documentId, revision)
  }
  return newest
}
