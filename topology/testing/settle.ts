import type { ManualClock } from './manual-clock.ts'

/** Lets everything run that does not wait for time: when the next turn of the event loop comes, no promise is due. */
export const settle = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve))

/**
 * The same in a third of the time, for what waits for promises and virtual time only: the next tick comes when no promise
 * is due, without a turn of the event loop.
 */
export const settlePromises = (): Promise<void> =>
  Promise.resolve().then(() => new Promise((resolve) => process.nextTick(resolve)))

/**
 * Moves virtual time from timer to timer until `done`, letting promises settle at every instant. Answers false when the
 * virtual time limit passes first, or when nothing is left that could happen.
 */
export const runUntil = async (
  clock: ManualClock,
  limitMs: number,
  done: () => boolean,
  settled = settle,
): Promise<boolean> => {
  const limit = clock.now() + limitMs
  for (;;) {
    await settled()
    if (done()) return true
    const { next } = clock
    if (next === undefined || next > limit) return false
    clock.moveTo(next)
  }
}

/** Lets `ms` of virtual time pass. */
export const advance = async (clock: ManualClock, ms: number): Promise<void> => {
  const end = clock.now() + ms
  await runUntil(clock, ms, () => false)
  clock.moveTo(end)
  await settle()
}
