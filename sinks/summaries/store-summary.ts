import type { Uri } from '../../schemas/brands.ts'
import type { Summary } from '../../schemas/generated/types.ts'
import { documentPrefix, revisionInName } from '../../topology/model/object-name.ts'
import { forward } from '../../topology/model/outcome.ts'
import type { AskingStage } from '../../topology/model/stage.ts'
import { ObjectConflict, type ObjectStore } from '../../topology/ports/object-store.ts'
import { summaryDefaults, type SummaryOptions } from './options.ts'
import { asStored, sha256Of, summaryArea, summaryJson, summaryName } from './summary-object.ts'

/**
 * Stores every summary as a JSON object before it goes to its topic, and fills in `summaryUri` and `sha256`. An erasure
 * removes the objects of the document up to its revision.
 */
export const storeSummary = (
  changes: Partial<SummaryOptions> = {},
): AskingStage<Summary, Summary> => {
  const options = { ...summaryDefaults, ...changes }
  return {
    kind: 'asking',
    name: 'store-summary',
    version: 1,
    order: 'key',
    doc: 'Writes the summary as a JSON object, before its event goes out',
    concurrency: options.concurrency,
    timeoutMs: options.timeoutMs,
    run: async (summary, { ports: { objects } }) => {
      if (summary.operation === 'ERASE') {
        const erased = await removeObjects(objects, summary)
        return forward(summary, { facts: { counts: { erased } } })
      }
      const { stored, uri } = await store(objects, summary)
      return forward(stored, { facts: { outputs: [uri], counts: { tokens: stored.tokensOut } } })
    },
  }
}

const store = async (
  objects: ObjectStore,
  summary: Summary,
): Promise<{ stored: Summary; uri: Uri }> => {
  const name = summaryName(summary)
  const uri = objects.uriOf(name)
  const bytes = summaryJson(summary)
  try {
    await objects.put(name, bytes)
    return { uri, stored: { ...summary, summaryUri: uri, sha256: sha256Of(bytes) } }
  } catch (error) {
    if (!(error instanceof ObjectConflict)) throw error
    // An earlier attempt stored its answer and crashed before its event was out. That answer stays.
    const first = await objects.get(uri)
    if (!first) throw error
    const stored = asStored(summary, first)
    return { uri, stored: { ...stored, summaryUri: uri, sha256: sha256Of(first) } }
  }
}

const removeObjects = async (objects: ObjectStore, summary: Summary): Promise<number> => {
  let removed = 0
  for await (const { name, uri } of objects.list(documentPrefix(summaryArea, summary))) {
    const revision = revisionInName(summaryArea, summary, name)
    if (revision === undefined || revision > summary.revision) continue
    await objects.remove(uri)
    removed += 1
  }
  return removed
}
