import type { EmbeddingSet } from '../../schemas/generated/types.ts'
import type { ItemOutcome } from '../../topology/model/stage.ts'
import type { VectorIndex } from '../../topology/ports/vector-index.ts'
import { requestOf } from './request.ts'

/**
 * Brings embedding sets into an index; one outcome per set. Removals come last, so that a crash in between leaves too much
 * rather than too little; doing all of it again changes nothing.
 */
export const bringSets = async (
  sets: readonly EmbeddingSet[],
  vectors: VectorIndex,
): Promise<readonly ItemOutcome[]> => {
  const request = requestOf(sets)
  if (request.points.length > 0) await vectors.upsert(request.points)
  if (request.heads.size > 0) await vectors.removeOlder(request.heads)
  if (request.erasures.size > 0) await vectors.removeDocuments(request.erasures)
  return request.outcomes
}
