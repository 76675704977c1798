import type { ChunkSet, DocumentEvent, PreparedDocument } from '../../schemas/generated/types.ts'
import type { Envelope } from '../../topology/model/envelope.ts'
import { markErased } from '../../topology/model/erased-mark.ts'
import {
  chunksArea,
  documentPrefix,
  preparedArea,
  revisionInName,
} from '../../topology/model/object-name.ts'
import type { ObjectStore } from '../../topology/ports/object-store.ts'
import type { StoredDocument } from './packed.ts'

/** Removes the objects of all revisions of the document up to that of the event. Answers how many there were. */
export const removeObjects = async (
  objects: ObjectStore,
  event: Pick<DocumentEvent, 'tenantId' | 'documentId' | 'revision'>,
): Promise<number> => {
  await markErased(objects, event)
  let removed = 0
  for (const area of [preparedArea, chunksArea]) {
    for await (const { name, uri } of objects.list(documentPrefix(area, event))) {
      const revision = revisionInName(area, event, name)
      if (revision === undefined || revision > event.revision) continue
      await objects.remove(uri)
      removed += 1
    }
  }
  return removed
}

/** What tells the sub-topologies after this one to remove theirs: one event per topic. */
export const erasedDocument = (envelope: Envelope): StoredDocument => ({
  prepared: erasedPrepared(envelope),
  chunkSets: [erasedChunkSet(envelope)],
})

const erasedPrepared = (envelope: Envelope): PreparedDocument => ({
  ...envelope,
  operation: 'ERASE',
  uri: null,
  contentHash: '',
  type: '',
  language: null,
  characters: 0,
  tokens: 0,
  chunks: 0,
  chunkSets: 1,
  redactions: {},
  sentAt: null,
  lastAt: null,
  threadHash: null,
  attachments: [],
  warnings: [],
  tokenizerSha256: '',
})

const erasedChunkSet = (envelope: Envelope): ChunkSet => ({
  ...envelope,
  operation: 'ERASE',
  uri: null,
  preparedUri: null,
  contentHash: '',
  ordinal: 0,
  sets: 0,
  firstChunk: 0,
  chunks: 0,
  tokens: 0,
  type: '',
  sentAt: null,
  tokenizerSha256: '',
})
