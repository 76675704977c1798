import type { Cache } from '../../topology/ports/cache.ts'
import type { Clock } from '../../topology/ports/clock.ts'

export interface SharedResults {
  /** Undefined for what the cache does not have; nothing at all where it is slow or away. Never throws. */
  readonly get: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>
  /** Returns at once; what the cache does not take is not missed. */
  readonly set: (entries: readonly { readonly key: string; readonly value: Uint8Array }[]) => void
}

/** How long an answer of the cache is waited for: computing takes about as long. */
const PATIENCE_MS = 50
/** For how long a cache that failed is left alone; one that was slow for as long as it was waited for, and twice that each time in a row. */
const REST_MS = 1_000

/** The cache port, for which nobody waits long. */
export const createSharedResults = (
  cache: Cache | undefined,
  ttlMs: number,
  clock: Clock,
): SharedResults => {
  let restsUntil = 0
  let slowInARow = 0
  const usable = (): Cache | undefined => (clock.now() < restsUntil ? undefined : cache)
  const failed = (): void => {
    restsUntil = clock.now() + REST_MS
  }
  const slow = (): void => {
    restsUntil = clock.now() + Math.min(REST_MS, PATIENCE_MS * 2 ** slowInARow++)
  }

  const askedInTime = (
    from: Cache,
    keys: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[]> =>
    new Promise((resolve) => {
      const give = (rest: () => void) => (): void => {
        rest()
        resolve([])
      }
      let cancel = clock.after(PATIENCE_MS, () => {
        // Where it was this process that was busy, the answer is there, and only not read yet: timers come first.
        cancel = clock.after(1, () => {
          late = true
          give(slow)()
        })
      })
      let late = false
      const answered = (values: readonly (Uint8Array | undefined)[]): void => {
        if (!late) slowInARow = 0
        resolve(values)
      }
      from
        .getMany(keys)
        .then(answered, give(failed))
        .finally(() => cancel())
    })

  return {
    get: (keys) => {
      const now = usable()
      return now ? askedInTime(now, keys) : Promise.resolve([])
    },
    set: (entries) => {
      if (entries.length === 0) return
      usable()
        ?.setMany(entries.map((entry) => ({ ...entry, ttlMs })))
        .catch(failed)
    },
  }
}
