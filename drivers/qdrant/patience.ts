import { QdrantRefusal, QdrantSilence } from './answers.ts'
import { isPassing } from './faults.ts'
import type { QdrantConnection } from './options.ts'

/** One attempt; what it waits for is to end when the signal fires. */
export type Attempt<T> = (signal: AbortSignal) => Promise<T>

/** Makes attempts until one succeeds, one fails for good, or time or attempts are over; then throws what came last. */
export type Persist = <T>(attempt: Attempt<T>) => Promise<T>

export type PatienceOptions = Pick<QdrantConnection, 'clock' | 'random' | 'limits'>

export const createPersist = ({ clock, random, limits }: PatienceOptions): Persist => {
  const within = async <T>(ms: number, attempt: Attempt<T>): Promise<T> => {
    const controller = new AbortController()
    let cancel: (() => void) | undefined
    const late = new Promise<never>((_, reject) => {
      cancel = clock.after(ms, () => {
        const silence = new QdrantSilence(ms)
        controller.abort(silence)
        reject(silence)
      })
    })
    try {
      return await Promise.race([attempt(controller.signal), late])
    } finally {
      cancel?.()
    }
  }

  const pauseOf = (error: unknown, failures: number): number => {
    const most = Math.min(limits.backOffMaxMs, limits.backOffMs * 2 ** (failures - 1))
    const asked = error instanceof QdrantRefusal ? (error.retryAfterMs ?? 0) : 0
    return asked + random.next() * most
  }

  return async (attempt) => {
    const deadline = clock.now() + limits.deadlineMs
    for (let failures = 1; ; failures++) {
      try {
        return await within(Math.min(limits.attemptMs, deadline - clock.now()), attempt)
      } catch (error) {
        if (failures >= limits.attempts || !isPassing(error)) throw error
        const pause = pauseOf(error, failures)
        // A server that wants to be left alone for longer than there is time is told so by the runtime's own back-off.
        if (clock.now() + pause >= deadline) throw error
        await new Promise<void>((resolve) => void clock.after(pause, resolve))
      }
    }
  }
}
