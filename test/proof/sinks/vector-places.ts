import { createEmbeddedVectorIndex } from '../../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { createQdrantVectorIndex } from '../../../drivers/qdrant/qdrant-vector-index.ts'
import type { VectorIndex } from '../../../topology/ports/vector-index.ts'
import type { NativeVectorEngine } from '../../services/vector-engine.ts'
import { qdrantOptions } from './places.ts'
import { remoteVectors, serveVectors } from './vector-server.ts'

/** Where the vectors of a proof are, as the harness sees them. */
export interface VectorPlace {
  /** What a worker is told, see {@link vectorsAt}. */
  readonly url: string
  readonly index: Pick<VectorIndex, 'scan'>
  /** Of length 1 and with some digits, or bit by bit as they were given. */
  readonly keeps: 'direction' | 'bits'
  readonly close: () => Promise<void>
}

const qdrant = 'qdrant+'

/** The embedded index in the folder, owned by this process; or Qdrant's engine, where one runs. */
export const openVectorPlace = async (
  folder: string,
  engine: NativeVectorEngine | undefined,
): Promise<VectorPlace> => {
  if (engine) {
    const index = await createQdrantVectorIndex(qdrantOptions(engine.url))
    return { url: `${qdrant}${engine.url}`, index, keeps: 'direction', close: index.close }
  }
  const index = createEmbeddedVectorIndex({ dataDir: folder })
  const server = await serveVectors(index)
  const close = async (): Promise<void> => {
    await server.close()
    await index.close()
  }
  return { url: server.url, index, keeps: 'bits', close }
}

/** The same for a worker. */
export const vectorsAt = async (
  url: string,
): Promise<Pick<VectorIndex, 'upsert' | 'removeOlder' | 'removeDocuments'>> =>
  url.startsWith(qdrant)
    ? createQdrantVectorIndex(qdrantOptions(url.slice(qdrant.length)))
    : remoteVectors(url)
