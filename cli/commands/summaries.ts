import type { Summary } from '../../schemas/generated/types.ts'
import { asTenantId, type DocumentId } from '../../schemas/brands.ts'
import { createSummaryReader, projectSummary } from '../../sinks/summaries/index.ts'
import type { Topic } from '../../topology/model/topic.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import type { Config } from '../../config/schema.ts'
import { CommandError, exitCodes } from '../exit-codes.ts'
import { counted, type Output } from '../output.ts'
import type { ArchiveView } from '../read/archive-view.ts'
import { readTopic } from '../read/read-topic.ts'

/** Documents that are set at once. */
const atOnce = 256

/**
 * Builds the cache from the compacted topic: newest first counts, by the revision. Throws a `Fault` when the cache goes away
 * meanwhile; what was set stays, and it may be begun again at any time.
 */
export const rebuildSummaries = async (
  view: ArchiveView,
  cache: Cache,
  { summaries: { ttlMs } }: Config,
  output: Output,
): Promise<number> => {
  const topic = view.topology.topics.find(({ name }) => name === 'archive.summaries')
  if (!topic) throw new Error('the topology has no topic of summaries')
  let batch = new Map<string, Summary>()
  let [read, changed] = [0, 0]
  const flush = async (): Promise<void> => {
    const results = await Promise.all(
      [...batch.values()].map((summary) => projectSummary(cache, summary, ttlMs)),
    )
    changed += results.filter(Boolean).length
    batch = new Map()
  }
  const records = readTopic(view.log, view.registry, topic as unknown as Topic<Summary>)
  for await (const { decoded } of records) {
    read += 1
    batch.set(`${decoded.tenantId} ${decoded.documentId}`, decoded)
    if (batch.size >= atOnce) await flush()
  }
  await flush()
  output.value({ records: read, changed })
  output.line(
    `${counted(read, 'record')} of archive.summaries; ${counted(changed, 'document')} set or removed, the others were as new`,
  )
  return exitCodes.ok
}

/** The newest summary of a document, as a service would read it: from the cache, or else from the objects. */
export const showSummary = async (
  view: Pick<ArchiveView, 'objects'>,
  cache: Cache | undefined,
  config: Config,
  output: Output,
  documentId: DocumentId,
): Promise<number> => {
  const reader = createSummaryReader({
    objects: view.objects,
    ttlMs: config.summaries.ttlMs,
    negativeMs: config.redis.negativeMs,
    ...(cache && { cache }),
  })
  const found = await reader.read({ tenantId: asTenantId(config.tenant), documentId })
  if (!found) throw new CommandError(exitCodes.failed, `document ${documentId} has no summary`)
  const { summary, from } = found
  output.value({ documentId, from, ...summary })
  output.line(
    `revision ${summary.revision}, by ${summary.model}@${summary.modelVersion}, from the ${from}`,
  )
  output.line(summary.text)
  return exitCodes.ok
}
