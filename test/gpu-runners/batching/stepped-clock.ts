import type { Clock } from '../../../topology/ports/clock.ts'

/** A clock that moves when told to. */
export interface SteppedClock extends Clock {
  readonly advance: (ms: number) => Promise<void>
}

/** Starts at 0. `advance` fires what is due, in order, and lets promises run in between. */
export function createSteppedClock(): SteppedClock {
  let now = 0
  const timers = new Set<{ at: number; fire: () => void }>()
  const due = (until: number): { at: number; fire: () => void } | undefined =>
    [...timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    after: (ms, fire) => {
      const timer = { at: now + ms, fire }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
    advance: async (ms) => {
      const until = now + ms
      await settled()
      for (let timer = due(until); timer !== undefined; timer = due(until)) {
        timers.delete(timer)
        now = timer.at
        timer.fire()
        await settled()
      }
      now = until
    },
  }
}

/** Lets everything that is ready run. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
