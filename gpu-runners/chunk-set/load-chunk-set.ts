import type { Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkFile, ChunkSet } from '../../schemas/generated/types.ts'
import { isMarkedErased } from '../../topology/model/erased-mark.ts'
import { Rejected } from '../../topology/model/failure.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'

/** Loads the chunks that an event points to; undefined when the document was erased since. Throws `Rejected` when they are gone otherwise or cannot be read. */
export async function loadChunkSet(
  event: ChunkSet,
  objects: ObjectStore,
): Promise<ChunkFile | undefined> {
  const bytes = event.uri === null ? undefined : await objects.get(event.uri)
  if (bytes === undefined) {
    if (await isMarkedErased(objects, event)) return undefined
    throw missing(event.uri)
  }
  try {
    return decodeFile(chunkFileCodec, bytes)
  } catch {
    throw new Rejected({
      disposition: 'UNREADABLE',
      code: 'chunk-set-unreadable',
      message: 'the chunk set is not an Avro file of a known schema; prepare the document again',
    })
  }
}

function missing(uri: Uri | null): Rejected {
  return new Rejected({
    disposition: 'NOT_FOUND',
    code: 'chunk-set-missing',
    message:
      uri === null
        ? 'the event names no chunk set; it must not be of operation ARCHIVE'
        : 'the chunk set is not in the object store; prepare the document again',
  })
}
