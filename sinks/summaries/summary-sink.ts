import type { Summary } from '../../schemas/generated/types.ts'
import { Fault } from '../../topology/model/failure.ts'
import type { BatchSink, ItemOutcome, SinkRecord } from '../../topology/model/stage.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import { summaryDefaults, type SummaryOptions } from './options.ts'
import { summaryJson } from './summary-object.ts'

/** Key of a document's newest summary in the cache; its value is the canonical JSON. */
export const summaryKey = ({ tenantId, documentId }: Pick<Summary, 'tenantId' | 'documentId'>) =>
  `summary:${tenantId}:${documentId}`

/**
 * Projects the newest summary of every document into the cache. The topic is the truth and the cache can be built from
 * it again, so a cache that is away holds nothing up: those records are dropped with `cache-away`.
 */
export const summarySink = (changes: Partial<SummaryOptions> = {}): BatchSink<Summary> => {
  const options = { ...summaryDefaults, ...changes }
  return {
    kind: 'batch-sink',
    name: 'summary-cache',
    version: 1,
    doc: 'Newest summary of every document in the cache',
    ordered: true,
    batch: { maxRecords: options.maxRecords, lingerMs: options.lingerMs },
    timeoutMs: options.timeoutMs,
    write: async (records, { ports: { cache } }) => {
      const project = projector(cache, options)
      const outcomes = new Map<SinkRecord<Summary>, ItemOutcome>()
      const lanes = lanesOf(records).map(async (lane) => {
        for (const record of lane) outcomes.set(record, await project(record.value))
      })
      await Promise.all(lanes)
      return records.map((record) => outcomes.get(record)!)
    },
  }
}

/** Records of one key after each other: a deletion must not be overtaken by an older revision. */
const lanesOf = (
  records: readonly SinkRecord<Summary>[],
): readonly (readonly SinkRecord<Summary>[])[] => {
  const lanes = new Map<string, SinkRecord<Summary>[]>()
  for (const record of records) {
    const key = summaryKey(record.value)
    const lane = lanes.get(key)
    if (lane) lane.push(record)
    else lanes.set(key, [record])
  }
  return [...lanes.values()]
}

const cacheAway: ItemOutcome = { kind: 'dropped', reason: 'cache-away' }

/** Once the cache was found away, the rest of the batch is not tried. */
const projector = (cache: Cache, options: SummaryOptions) => {
  let away = false
  return async (summary: Summary): Promise<ItemOutcome> => {
    if (away) return cacheAway
    try {
      return await project(cache, summary, options)
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === 'fatal') throw error
      away = true
      return cacheAway
    }
  }
}

const project = async (
  cache: Cache,
  summary: Summary,
  { ttlMs }: SummaryOptions,
): Promise<ItemOutcome> => {
  const key = summaryKey(summary)
  const changed =
    summary.operation === 'ERASE'
      ? await cache.deleteIfNotNewer(key, summary.revision)
      : await cache.setIfNewer(
          { key, value: summaryJson(summary), ...(ttlMs > 0 && { ttlMs }) },
          summary.revision,
        )
  return changed ? { kind: 'written' } : { kind: 'dropped', reason: 'not-newer' }
}
