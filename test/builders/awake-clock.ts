import type { Clock } from '../../topology/ports/clock.ts'
import { ManualClock } from '../../topology/testing/manual-clock.ts'

/** Most milliseconds that a turn of the event loop counts for. */
const longestTurn = 2

/**
 * Time as this process lives it, which passes only while somebody waits. A turn of the event loop, in which a server of the
 * same process gets its turn too, counts for 2 ms at most: while the machine stands still no limit runs out, however short.
 */
export const createAwakeClock = (): Clock => {
  const clock = new ManualClock(Date.now())
  let looked = 0
  let looking = false
  const look = (): void => {
    const now = performance.now()
    const turn = Math.min(now - looked, longestTurn)
    looked = now
    clock.moveTo(clock.now() + turn)
    looking = clock.next !== undefined
    if (looking) setTimeout(look, 1)
  }
  return {
    now: () => Math.floor(clock.now()),
    after: (ms, fire) => {
      const cancel = clock.after(ms, fire)
      if (!looking) {
        looking = true
        looked = performance.now()
        setTimeout(look, 1)
      }
      return cancel
    },
  }
}
