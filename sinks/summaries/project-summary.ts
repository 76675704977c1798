import type { Summary } from '../../schemas/generated/types.ts'
import { Fault } from '../../topology/model/failure.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import { summaryJson } from './summary-object.ts'

/** Key of a document's newest summary in the cache; its value is the canonical JSON. */
export const summaryKey = ({ tenantId, documentId }: Pick<Summary, 'tenantId' | 'documentId'>) =>
  `summary:${tenantId}:${documentId}`

/** Whether the cache failed in a way that one goes on without it. */
export const isAway = (error: unknown): boolean => error instanceof Fault && error.kind !== 'fatal'

/** Sets or removes what the cache has of a document, unless it has something newer. Answers whether it did. */
export const projectSummary = (cache: Cache, summary: Summary, ttlMs: number): Promise<boolean> => {
  const key = summaryKey(summary)
  if (summary.operation === 'ERASE') return cache.deleteIfNotNewer(key, summary.revision)
  const entry = { key, value: summaryJson(summary), ...(ttlMs > 0 && { ttlMs }) }
  return cache.setIfNewer(entry, summary.revision)
}
