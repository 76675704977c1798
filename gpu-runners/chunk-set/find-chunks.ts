import type { Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkFile, ChunkRecord, PreparedDocument } from '../../schemas/generated/types.ts'
import { Rejected } from '../../topology/model/failure.ts'
import { chunksArea, documentPrefix, revisionInName } from '../../topology/model/object-name.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'

/**
 * All chunks of a prepared document, in order, from the sets that were cut from its very text: they lie in the store before
 * its event goes out. One call lists them. Throws `Rejected` when they are not all there or cannot be read.
 */
export async function findChunks(
  event: PreparedDocument,
  objects: ObjectStore,
): Promise<readonly ChunkRecord[]> {
  const sets = new Map<number, ChunkFile>()
  for await (const { name, uri } of objects.list(documentPrefix(chunksArea, event))) {
    if (revisionInName(chunksArea, event, name) !== event.revision) continue
    const file = await read(objects, uri)
    // Another preparation of the revision, under another policy say, has sets of its own.
    if (file && objects.uriOf(file.preparedUri) === event.uri) sets.set(file.ordinal, file)
  }
  const chunks = Array.from({ length: event.chunkSets }, (_, i) => sets.get(i)?.chunks ?? []).flat()
  if (chunks.length === event.chunks) return chunks
  throw new Rejected({
    disposition: 'NOT_FOUND',
    code: 'chunk-set-missing',
    message: `${chunks.length} of ${event.chunks} chunks are in the object store; prepare the document again`,
  })
}

async function read(objects: ObjectStore, uri: Uri): Promise<ChunkFile | undefined> {
  const bytes = await objects.get(uri)
  try {
    return bytes && decodeFile(chunkFileCodec, bytes)
  } catch {
    throw new Rejected({
      disposition: 'UNREADABLE',
      code: 'chunk-set-unreadable',
      message: 'a chunk set is not an Avro file of a known schema; prepare the document again',
    })
  }
}
