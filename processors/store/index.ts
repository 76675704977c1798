import { isErasure, type Erasure } from '../../topology/model/draft.ts'
import { envelopeOf, producedBy } from '../../topology/model/envelope.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { erasedDocument, removeObjects } from './erase.ts'
import { storeDefaults, type StoreOptions } from './options.ts'
import type { Packed, StoredDocument } from './packed.ts'
import { factsOf, storePacked } from './store.ts'

export { pack } from './pack.ts'
export { packDefaults, storeDefaults, type PackOptions, type StoreOptions } from './options.ts'
export type { Packed, StoredDocument } from './packed.ts'

/** Puts the files of a packed document into the object store and forwards its events; removes those of an erased one. */
export const store = (
  changes: Partial<StoreOptions> = {},
): AskingStage<Packed | Erasure, StoredDocument> => {
  const options = { ...storeDefaults, ...changes }
  const stage = { name: 'store', version: 1 } as const
  return {
    kind: 'asking',
    ...stage,
    order: 'key',
    doc: 'Writes the prepared text and the chunk sets, or removes them',
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    run: async (value, { ports: { objects, identity } }) => {
      if (isErasure(value)) {
        const erased = await removeObjects(objects, value.event)
        const mark = producedBy(stage, identity)
        const events = erasedDocument(envelopeOf(value.event, mark))
        return forward(events, { facts: { counts: { erased } } })
      }
      const stored = await storePacked(objects, value, options.parallel)
      return forward(stored, { facts: factsOf(stored) })
    },
  }
}
