import type { Clock } from '../../topology/ports/clock.ts'
import { rootOf } from './errors.ts'

/** What brokers say while the transaction before is being ended, or while they ask each other about this one. */
const busyTypes: ReadonlySet<string | undefined> = new Set([
  'CONCURRENT_TRANSACTIONS',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_ENOUGH_REPLICAS',
])

/** Short at first, as the marks of a transaction are written within milliseconds. */
const firstWaitMs = 2
const longestWaitMs = 100
const longestBusyMs = 10_000

/** Asks again while the brokers are busy with transactions, for a few seconds at most and while `wanted`. */
export const untilFree = async <T>(
  clock: Clock,
  ask: () => Promise<T>,
  wanted: () => boolean = () => true,
): Promise<T> => {
  const until = clock.now() + longestBusyMs
  for (let wait = firstWaitMs; ; wait = Math.min(2 * wait, longestWaitMs)) {
    try {
      return await ask()
    } catch (error) {
      if (!busyTypes.has(rootOf(error).type) || !wanted() || clock.now() > until) throw error
      const ms = wait
      await new Promise<void>((resolve) => void clock.after(ms, resolve))
    }
  }
}
