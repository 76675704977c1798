import type { Clock } from '../../topology/ports/clock.ts'

/** Longest delay that the timers of Node take; longer ones would fire at once. */
const longestDelay = 2 ** 31 - 1

/** The time of this machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (ms, fire) => {
    const timer = setTimeout(fire, Math.min(ms, longestDelay))
    return () => clearTimeout(timer)
  },
}
