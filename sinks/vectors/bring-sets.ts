import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import type { ItemOutcome } from '../../topology/model/stage.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { VectorIndex } from '../../topology/ports/vector-index.ts'
import { requestOf } from './request.ts'
import { withTerms } from './with-terms.ts'

/**
 * Brings embedding sets into an index; one outcome per set. Removals come last, so that a crash in between leaves too much
 * rather than too little; doing all of it again changes nothing.
 */
export const bringSets = async (
  sets: readonly EmbeddingSet[],
  ports: { readonly vectors: VectorIndex; readonly objects: Pick<ObjectStore, 'get'> },
  options: { readonly terms: boolean },
): Promise<readonly ItemOutcome[]> => {
  const { vectors } = ports
  const request = requestOf(sets)
  const points = options.terms ? await withTerms(request.points, ports.objects) : request.points
  if (points.length > 0) await vectors.upsert(points)
  if (request.heads.size > 0) await vectors.removeOlder(request.heads)
  if (request.erasures.size > 0) await vectors.removeDocuments(request.erasures)
  return request.outcomes
}
