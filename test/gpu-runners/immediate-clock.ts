import type { Clock } from '../../topology/ports/clock.ts'

/** Time that passes whenever somebody waits for it: a timer fires in the next turn of the event loop. */
export function immediateClock(): Clock {
  let now = 0
  return {
    now: () => now,
    after: (ms, fire) => {
      const turn = setImmediate(() => {
        now += ms
        fire()
      })
      return () => clearImmediate(turn)
    },
  }
}
