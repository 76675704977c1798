import type { Cache } from '../../topology/ports/cache.ts'
import type { Clock } from '../../topology/ports/clock.ts'

export interface SharedResults {
  /** Undefined for what the cache does not have; nothing at all where it is slow or away. Never throws. */
  readonly get: (keys: readonly string[]) => Promise<readonly (Uint8Array | undefined)[]>
  /** Returns at once; what the cache does not take is not missed. */
  readonly set: (entries: readonly { readonly key: string; readonly value: Uint8Array }[]) => void
}

/** What a cache is given. */
export interface SharedOptions {
  /** Milliseconds that it keeps a result; 0: it is not asked. */
  readonly ttlMs: number
  /** Milliseconds that an answer of it is waited for. */
  readonly waitMs: number
}

/** In so small parts is it waited: a part in which this process was busy for longer counts as no more than this. */
const PART_MS = 25
/** For how long a cache that was slow is not asked, and twice that each time in a row, up to as long as one that failed. */
const REST_MS = 50
const REST_AFTER_FAILURE_MS = 1_000

/** The cache port, for which nobody waits long. */
export const createSharedResults = (
  cache: Cache | undefined,
  { ttlMs, waitMs }: SharedOptions,
  clock: Clock,
): SharedResults => {
  const used = ttlMs > 0 ? cache : undefined
  let notAskedUntil = 0
  let awayUntil = 0
  let slowInARow = 0
  const failed = (): void => {
    awayUntil = clock.now() + REST_AFTER_FAILURE_MS
    notAskedUntil = awayUntil
  }
  const slow = (): void => {
    const restMs = Math.min(REST_AFTER_FAILURE_MS, REST_MS * 2 ** slowInARow++)
    notAskedUntil = Math.max(notAskedUntil, clock.now() + restMs)
  }

  /** Calls `fire` after so long, not counting what timers were late by; answers are read between two parts. */
  const afterBeingFree = (ms: number, fire: () => void): (() => void) => {
    let cancel = (): void => {}
    const wait = (left: number): void => {
      cancel = clock.after(Math.min(PART_MS, left), () =>
        // The last look: timers come before what there is to read.
        left > PART_MS ? wait(left - PART_MS) : (cancel = clock.after(1, fire)),
      )
    }
    wait(ms)
    return () => cancel()
  }

  const askedInTime = (
    from: Cache,
    keys: readonly string[],
  ): Promise<readonly (Uint8Array | undefined)[]> =>
    new Promise((resolve) => {
      let late = false
      const cancel = afterBeingFree(waitMs, () => {
        late = true
        slow()
        resolve([])
      })
      const answered = (values: readonly (Uint8Array | undefined)[]): void => {
        if (!late) slowInARow = 0
        resolve(values)
      }
      const refused = (): void => {
        failed()
        resolve([])
      }
      from.getMany(keys).then(answered, refused).finally(cancel)
    })

  return {
    get: (keys) =>
      used && clock.now() >= notAskedUntil ? askedInTime(used, keys) : Promise.resolve([]),
    set: (entries) => {
      // Nobody waits for this, so a slow cache is given it as well: what it misses would be computed again.
      if (!used || entries.length === 0 || clock.now() < awayUntil) return
      used.setMany(entries.map((entry) => ({ ...entry, ttlMs }))).catch(failed)
    },
  }
}
