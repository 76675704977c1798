import type { Clock } from '../../../topology/ports/clock.ts'

/** The system's time, which a test's own clock can only hurry: what either of them makes due is due. */
export const hurriedBy = (manual: Clock): Clock => {
  const start = manual.now()
  return {
    now: () => Date.now() + manual.now() - start,
    after: (ms, fire) => {
      const finish = (): void => {
        cancel()
        fire()
      }
      const timer = setTimeout(finish, ms)
      const cancelManual = manual.after(ms, finish)
      const cancel = (): void => {
        clearTimeout(timer)
        cancelManual()
      }
      return cancel
    },
  }
}
