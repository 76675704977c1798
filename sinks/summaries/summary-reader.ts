import {
  documentPrefix,
  revisionInName,
  type ObjectOwner,
} from '../../topology/model/object-name.ts'
import type { Cache } from '../../topology/ports/cache.ts'
import type { ObjectEntry, ObjectStore } from '../../topology/ports/object-store.ts'
import { isAway, summaryKey } from './project-summary.ts'
import { storedSummary, summaryArea, type StoredSummary } from './summary-object.ts'

/** Where a summary was found. */
export interface FoundSummary {
  readonly from: 'cache' | 'objects'
  readonly summary: StoredSummary
}

export interface SummaryReader {
  /** The newest summary of a document; undefined when it has none. */
  readonly read: (owner: ObjectOwner) => Promise<FoundSummary | undefined>
}

export interface SummaryReaderOptions {
  /** Left out where there is none for readers; one that is away counts as empty. */
  readonly cache?: Cache
  readonly objects: Pick<ObjectStore, 'get' | 'list'>
  /** Milliseconds until the cache forgets what a reader put there; never, when 0. */
  readonly ttlMs: number
  /** Milliseconds that the cache remembers that a document has no summary. */
  readonly negativeMs: number
}

const absentKey = (owner: ObjectOwner): string => `no-${summaryKey(owner)}`

/**
 * Reads summaries by document: from the cache, or else the newest object, which then goes into the cache. Readers that ask
 * for one document at the same time share one answer, and that a document has no summary is remembered for a while.
 */
export const createSummaryReader = (options: SummaryReaderOptions): SummaryReader => {
  const { cache, objects, ttlMs, negativeMs } = options
  const underWay = new Map<string, Promise<FoundSummary | undefined>>()

  /** What the cache does, and nothing where it is away. */
  const orNothing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work()
    } catch (error) {
      if (isAway(error)) return undefined
      throw error
    }
  }

  const remember = async (owner: ObjectOwner, found: Found | undefined): Promise<void> => {
    if (!cache) return
    const value = found?.bytes ?? Buffer.alloc(0)
    const entry = (key: string, life: number) => ({ key, value, ...(life > 0 && { ttlMs: life }) })
    await orNothing<unknown>(() =>
      found
        ? cache.setIfNewer(entry(summaryKey(owner), ttlMs), found.revision)
        : cache.setMany([entry(absentKey(owner), negativeMs)]),
    )
  }

  const look = async (owner: ObjectOwner): Promise<FoundSummary | undefined> => {
    const keys = [summaryKey(owner), absentKey(owner)]
    const [cached, absent] = (cache && (await orNothing(() => cache.getMany(keys)))) ?? []
    const known = cached && storedSummary(cached)
    if (known) return { from: 'cache', summary: known }
    if (absent) return undefined
    const found = await newestObject(objects, owner)
    await remember(owner, found)
    return found && { from: 'objects', summary: found.summary }
  }

  return {
    read: (owner) => {
      const key = summaryKey(owner)
      const asked = underWay.get(key) ?? look(owner).finally(() => underWay.delete(key))
      underWay.set(key, asked)
      return asked
    },
  }
}

interface Found {
  readonly revision: bigint
  readonly bytes: Uint8Array
  readonly summary: StoredSummary
}

/** Of the highest revision; of several models, that whose name comes last. */
const newestObject = async (
  objects: SummaryReaderOptions['objects'],
  owner: ObjectOwner,
): Promise<Found | undefined> => {
  let newest: ObjectEntry | undefined
  // Names are in the order of their revisions.
  for await (const entry of objects.list(documentPrefix(summaryArea, owner)))
    if (revisionInName(summaryArea, owner, entry.name) !== undefined) newest = entry
  if (newest === undefined) return undefined
  // Gone between the list and the look: erased.
  const bytes = await objects.get(newest.uri)
  const summary = bytes && storedSummary(bytes)
  const revision = revisionInName(summaryArea, owner, newest.name)
  return summary && revision !== undefined ? { revision, bytes, summary } : undefined
}
