import type { Clock } from '../../topology/ports/clock.ts'
import { S3Silence } from './answers.ts'

/** Looks after waits that follow one another, for each piece of a body. */
export interface SilenceWatch {
  readonly begin: () => void
  readonly end: () => void
  readonly close: () => void
}

/**
 * Calls `late` when a wait lasts longer than the milliseconds that `left` says when it begins. One timer, which is set again only when it fires: setting one for each piece costs
 * more than the piece.
 */
export const createSilenceWatch = (
  clock: Clock,
  left: () => number,
  late: (silence: S3Silence) => void,
): SilenceWatch => {
  let waits = 0
  let waiting = false
  let longest = 0
  let until = 0
  let disarm: (() => void) | undefined

  const arm = (ms: number): void => {
    const wait = waits
    disarm = clock.after(ms, () => {
      disarm = undefined
      if (!waiting) return
      // By the timer and not by the clock, which may have been set back.
      if (wait === waits) late(new S3Silence(longest))
      else arm(Math.min(longest, Math.max(1, until - clock.now())))
    })
  }

  return {
    begin: () => {
      longest = left()
      waits += 1
      waiting = true
      until = clock.now() + longest
      if (!disarm) arm(longest)
    },
    end: () => void (waiting = false),
    close: () => {
      disarm?.()
      waiting = false
    },
  }
}
