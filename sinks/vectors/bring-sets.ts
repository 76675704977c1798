import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import type { ItemOutcome } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { VectorChanges, VectorIndex } from '../../topology/ports/vector-index.ts'
import { requestOf } from './request.ts'
import { withTerms } from './with-terms.ts'

/**
 * Brings embedding sets into an index; one outcome per set. Where that is several steps, removals come last, so that a crash in
 * between leaves too much rather than too little; doing all of it again changes nothing.
 */
export const bringSets = async (
  sets: readonly EmbeddingSet[],
  ports: { readonly vectors: VectorIndex; readonly objects: Pick<ObjectStore, 'get'> },
  options: { readonly terms: boolean },
): Promise<readonly ItemOutcome[]> => {
  const { vectors } = ports
  const request = requestOf(sets)
  const points = options.terms ? await withTerms(request.points, ports.objects) : request.points
  const { heads: older, erasures: documents, outcomes } = request
  if (vectors.bring) await vectors.bring({ points, older, documents })
  else await bringInOrder(vectors, { points, older, documents })
  return outcomes
}

const bringInOrder = async (
  vectors: VectorIndex,
  { points, older, documents }: VectorChanges,
): Promise<void> => {
  if (points.length > 0) await vectors.upsert(points)
  if (older.size > 0) await vectors.removeOlder(older)
  if (documents.size > 0) await vectors.removeDocuments(documents)
}
