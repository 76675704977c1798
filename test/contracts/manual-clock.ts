import type { Clock } from '../../topology/ports/clock.ts'

/** Time that moves only when told to. */
export interface ManualClock extends Clock {
  /** Moves on by `ms` milliseconds and fires what is due, in order. */
  readonly advance: (ms: number) => void
}

interface Timer {
  readonly at: number
  readonly fire: () => void
}

export const createManualClock = (start = 1_700_000_000_000): ManualClock => {
  let now = start
  let timers: readonly Timer[] = []
  const next = (until: number): Timer | undefined =>
    timers.filter((each) => each.at <= until).toSorted((a, b) => a.at - b.at)[0]
  return {
    now: () => now,
    after: (ms, fire) => {
      const timer = { at: now + ms, fire }
      timers = [...timers, timer]
      return () => {
        timers = timers.filter((each) => each !== timer)
      }
    },
    advance: (ms) => {
      const until = now + ms
      for (let due = next(until); due; due = next(until)) {
        const timer = due
        timers = timers.filter((each) => each !== timer)
        now = Math.max(now, timer.at)
        timer.fire()
      }
      now = until
    },
  }
}
