import type { Summary } from '../../schemas/generated/types.ts'
import { summaryKey } from './project-summary.ts'

/** Most documents that are remembered; `summaries rebuild` repairs what is beyond. */
export const mostMissed = 10_000

/** The newest summaries that a cache did not get while it was away, by document; the oldest are forgotten first. */
export interface MissedSummaries {
  readonly add: (summary: Summary) => void
  readonly all: () => readonly Summary[]
  /** It has come to the cache. */
  readonly settle: (summary: Summary) => void
}

export const createMissedSummaries = (most = mostMissed): MissedSummaries => {
  const byKey = new Map<string, Summary>()
  return {
    add: (summary) => {
      const key = summaryKey(summary)
      const known = byKey.get(key)
      if (known && known.revision >= summary.revision) return
      byKey.delete(key)
      byKey.set(key, summary)
      const [oldest] = byKey.keys()
      if (byKey.size > most && oldest !== undefined) byKey.delete(oldest)
    },
    all: () => [...byKey.values()],
    settle: (summary) => {
      const key = summaryKey(summary)
      if (byKey.get(key) === summary) byKey.delete(key)
    },
  }
}
