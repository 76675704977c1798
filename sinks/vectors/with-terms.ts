import type { Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkRecord } from '../../schemas/generated/types.ts'
import { termWeights } from '../../topology/model/term-weights.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { TermWeights, VectorPoint } from '../../topology/ports/vector-index.ts'

/**
 * The points with the words of their chunks. They are part of the point, so what guards and erases points guards and
 * erases them. A chunk whose object is gone, as its document was erased meanwhile, or cannot be read has none.
 */
export const withTerms = async (
  points: readonly VectorPoint[],
  objects: Pick<ObjectStore, 'get'>,
): Promise<readonly VectorPoint[]> => {
  const uris = [...new Set(points.map(({ payload }) => payload.chunkSetUri))]
  const terms = new Map((await Promise.all(uris.map((uri) => weightsOf(uri, objects)))).flat())
  return points.map((point) => {
    const found = terms.get(point.payload.chunkId)
    return found === undefined ? point : { ...point, terms: found }
  })
}

/** By chunk. Counted as the texts come, so that those of a whole batch are not held at once. */
const weightsOf = async (
  uri: Uri,
  objects: Pick<ObjectStore, 'get'>,
): Promise<readonly (readonly [chunkId: string, terms: TermWeights])[]> =>
  (await chunksOf(uri, objects)).map(({ id, text }) => [id, termWeights(text)] as const)

const chunksOf = async (
  uri: Uri,
  objects: Pick<ObjectStore, 'get'>,
): Promise<readonly ChunkRecord[]> => {
  const bytes = await objects.get(uri)
  if (!bytes) return []
  try {
    return decodeFile(chunkFileCodec, bytes).chunks
  } catch {
    return []
  }
}
