import type { RecordLog } from '../../../topology/ports/record-log.ts'

const lookMs = 500

export interface Rewinds {
  /** How often what a group had committed was seen to be less than before. */
  readonly count: () => number
  readonly stop: () => void
}

/** Looks at what the groups have committed, and tells when it goes back. A broker that is away has nothing to tell. */
export const watchRewinds = (
  log: RecordLog,
  groups: readonly string[],
  say: (line: string) => void,
): Rewinds => {
  const highest = new Map<string, number>()
  let count = 0
  let stopped = false
  const lookAt = async (group: string): Promise<void> => {
    for (const { partition, offset } of await log.committed(group).catch(() => [])) {
      const place = `${group}/${partition}`
      const before = highest.get(place) ?? 0
      highest.set(place, offset)
      if (offset >= before) continue
      count++
      say(`${place} was committed up to ${before}, and now up to ${offset}`)
    }
  }
  const watch = async (): Promise<void> => {
    while (!stopped) {
      for (const group of groups) await lookAt(group)
      await new Promise((resolve) => setTimeout(resolve, lookMs))
    }
  }
  void watch()
  return { count: () => count, stop: () => void (stopped = true) }
}
