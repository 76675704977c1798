import type { ObjectStore } from '../ports/object-store.ts'
import { documentPrefix, objectName, revisionInName, type ObjectOwner } from './object-name.ts'

/** Area of the object store with one empty object per erasure, named after the document id and its revision. */
const area = 'erased'

type Erased = ObjectOwner & { readonly revision: bigint }

/**
 * Remembers that all revisions up to this one were erased. Set before their objects are removed: whoever misses an object
 * then learns that it is gone by right.
 */
export const markErased = async (objects: ObjectStore, erased: Erased): Promise<void> =>
  void (await objects.put(objectName(area, erased, 'mark'), new Uint8Array()))

/** Whether an erasure covers this revision. */
export const isMarkedErased = async (
  objects: Pick<ObjectStore, 'list'>,
  { tenantId, documentId, revision }: Erased,
): Promise<boolean> => {
  const owner = { tenantId, documentId }
  for await (const { name } of objects.list(documentPrefix(area, owner))) {
    if ((revisionInName(area, owner, name) ?? -1n) >= revision) return true
  }
  return false
}
