import { S3Silence } from './answers.ts'
import { isPassing } from './faults.ts'
import { slowestBytesPerSecond, type S3Connection } from './options.ts'
import { createSilenceWatch, type SilenceWatch } from './silence-watch.ts'

/** How long one call may still take, and how often it may be tried in vain. */
export interface Patience {
  /** Milliseconds for the next attempt, in which `bytes` are sent; throws {@link S3Silence} when time is over. */
  readonly left: (bytes?: number) => number
  /** Bytes came: they may have taken their time, and attempts count anew. */
  readonly progress: (bytes: number) => void
  /** Runs `work` until it succeeds, fails for good, or patience is at its end; then throws what it threw last. */
  readonly persist: <T>(work: () => Promise<T>) => Promise<T>
  /** Calls `late` when something is waited for, piece by piece, and does not come for as long as {@link left} says. */
  readonly watch: (late: (silence: S3Silence) => void) => SilenceWatch
  /** Time that the caller takes, until it calls what comes back, does not count. */
  readonly pause: () => () => void
}

export type PatienceOptions = Pick<S3Connection, 'clock' | 'random' | 'limits'>

const longest = (bytes: number): number => (bytes / slowestBytesPerSecond) * 1000

/** `bytes` is what will be sent, if anything. */
export const createPatience = ({ clock, random, limits }: PatienceOptions, bytes = 0): Patience => {
  let deadline = clock.now() + limits.deadlineMs + longest(bytes)
  let failures = 0

  const left = (sent = 0): number => {
    const ms = deadline - clock.now()
    if (ms <= 0) throw new S3Silence(limits.deadlineMs)
    return Math.min(ms, limits.idleMs + longest(sent))
  }

  const backOff = async (): Promise<void> => {
    const most = Math.min(limits.backOffMaxMs, limits.backOffMs * 2 ** (failures - 1))
    const ms = Math.min(random.next() * most, Math.max(0, deadline - clock.now()))
    await new Promise<void>((resolve) => void clock.after(ms, resolve))
  }

  return {
    left,
    progress: (came) => {
      failures = 0
      deadline += longest(came)
    },
    persist: async (work) => {
      for (;;) {
        try {
          return await work()
        } catch (error) {
          failures += 1
          const over = failures >= limits.attempts || clock.now() >= deadline
          if (over || !isPassing(error)) throw error
          await backOff()
        }
      }
    },
    watch: (late) => createSilenceWatch(clock, left, late),
    pause: () => {
      const since = clock.now()
      return () => void (deadline += clock.now() - since)
    },
  }
}
