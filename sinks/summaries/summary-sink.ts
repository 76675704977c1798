import type { Summary } from '../../schemas/generated/types.ts'
import type { BatchSink, ItemOutcome, SinkRecord } from '../../topology/model/stage.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import { createMissedSummaries, type MissedSummaries } from './missed-summaries.ts'
import { summaryDefaults, type SummaryOptions } from './options.ts'
import { isAway, projectSummary, summaryKey } from './project-summary.ts'

/**
 * Projects the newest summary of every document into the cache. The topic is the truth and the cache can be built from
 * it again, so a cache that is away holds no summary up: those records are dropped with `cache-away`, and set with the
 * first batch after it is back. An erasure does wait, as it is not done while the cache may still have the text.
 */
export const summarySink = (changes: Partial<SummaryOptions> = {}): BatchSink<Summary> => {
  const options = { ...summaryDefaults, ...changes }
  const missed = createMissedSummaries()
  return {
    kind: 'batch-sink',
    name: 'summary-cache',
    version: 1,
    doc: 'Newest summary of every document in the cache',
    ordered: true,
    batch: { maxRecords: options.maxRecords, lingerMs: options.lingerMs },
    timeoutMs: options.timeoutMs,
    write: async (records, { ports: { cache } }) => {
      const projector = new Projector(cache, options, missed)
      const outcomes: Outcomes = new Map()
      await Promise.all(lanesOf(records).map((lane) => projectLane(lane, projector, outcomes)))
      await projector.repair()
      return records.map((record) => outcomes.get(record)!)
    },
  }
}

type Outcomes = Map<SinkRecord<Summary>, ItemOutcome>

const projectLane = async (
  lane: readonly SinkRecord<Summary>[],
  projector: Projector,
  outcomes: Outcomes,
): Promise<void> => {
  for (const record of lane) outcomes.set(record, await projector.project(record.value))
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

/** Of one batch: once the cache was found away, the rest of it is not tried, but for erasures. */
class Projector {
  readonly #cache: Cache
  readonly #ttlMs: SummaryOptions['ttlMs']
  readonly #missed: MissedSummaries
  #away = false

  constructor(cache: Cache, { ttlMs }: SummaryOptions, missed: MissedSummaries) {
    this.#cache = cache
    this.#ttlMs = ttlMs
    this.#missed = missed
  }

  async project(summary: Summary): Promise<ItemOutcome> {
    const mayWait = summary.operation === 'ERASE'
    if (this.#away && !mayWait) return this.#miss(summary)
    try {
      const changed = await projectSummary(this.#cache, summary, this.#ttlMs)
      return changed ? { kind: 'written' } : { kind: 'dropped', reason: 'not-newer' }
    } catch (error) {
      if (!isAway(error) || mayWait) throw error
      this.#away = true
      return this.#miss(summary)
    }
  }

  #miss(summary: Summary): ItemOutcome {
    this.#missed.add(summary)
    return cacheAway
  }

  /** What was missed before; the revision keeps it from overwriting what is newer by now. */
  async repair(): Promise<void> {
    const tries = this.#away ? [] : this.#missed.all()
    const settle = async (summary: Summary): Promise<void> => {
      await projectSummary(this.#cache, summary, this.#ttlMs)
      this.#missed.settle(summary)
    }
    for (const { reason } of (await Promise.allSettled(tries.map(settle))).filter(isRejected))
      if (!isAway(reason)) throw reason
  }
}

const isRejected = (result: PromiseSettledResult<unknown>): result is PromiseRejectedResult =>
  result.status === 'rejected'
