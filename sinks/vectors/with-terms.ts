import type { Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkRecord } from '../../schemas/generated/types.ts'
import { termWeights } from '../../topology/model/term-weights.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { VectorPoint } from '../../topology/ports/vector-index.ts'

/**
 * The points with the words of their chunks. They are part of the point, so what guards and erases points guards and
 * erases them. A chunk whose object is gone, as its document was erased meanwhile, or cannot be read has none.
 */
export const withTerms = async (
  points: readonly VectorPoint[],
  objects: Pick<ObjectStore, 'get'>,
): Promise<readonly VectorPoint[]> => {
  const uris = [...new Set(points.map(({ payload }) => payload.chunkSetUri))]
  const chunks = await Promise.all(uris.map((uri) => chunksOf(uri, objects)))
  const texts = new Map(chunks.flat().map(({ id, text }) => [id, text] as const))
  return points.map((point) => {
    const text = texts.get(point.payload.chunkId)
    return text === undefined ? point : { ...point, terms: termWeights(text) }
  })
}

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
