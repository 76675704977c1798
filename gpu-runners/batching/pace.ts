import { Fault } from '../../topology/model/failure.ts'
import type { Clock } from '../../topology/ports/clock.ts'
import type { ModelLoad } from '../../topology/ports/model-server.ts'
import type { PoolItem } from './item.ts'
import type { PoolOptions } from './options.ts'
import { firstPace, nextPace } from './pace-step.ts'
import type { PaceBounds } from './pace-step.ts'
import { tokensOf } from './pool-counts.ts'
import { createRoundTrips } from './round-trips.ts'

/** How a request ended. `overloaded`: the server refused it for now, or gave no answer. */
export type RequestEnd = 'ok' | 'overloaded' | 'other'

/** How hard a pool drives its model, now. */
export interface Pace {
  readonly maxInFlight: () => number
  readonly maxBatchTokens: () => number
  /** A request leaves, and `backlog` says whether items are left behind. Call the result when it has ended. */
  readonly begin: (tokens: number, backlog: boolean) => (end: RequestEnd) => void
  /** A batch of this cost failed as a whole and came through in parts. */
  readonly tooLarge: (cost: number) => void
}

/** A pace that stays as the options say. */
export const fixedPace = ({ maxInFlight, maxBatchTokens }: PoolOptions): Pace => ({
  maxInFlight: () => maxInFlight,
  maxBatchTokens: () => maxBatchTokens,
  begin: () => () => undefined,
  tooLarge: () => undefined,
})

/** Makes a request, and tells the pace how it went. */
export const paced = async <T>(
  pace: Pace,
  items: readonly PoolItem[],
  backlog: boolean,
  request: () => Promise<T>,
): Promise<T> => {
  const ended = pace.begin(tokensOf(items), backlog)
  try {
    const answer = await request()
    ended('ok')
    return answer
  } catch (error) {
    ended(error instanceof Fault && error.kind === 'transient' ? 'overloaded' : 'other')
    throw error
  }
}

/** Short enough to take four steps within five seconds of a change. */
const PERIOD_MS = 1_000

export const DEFAULT_PACE_BOUNDS = { minInFlight: 1, maxInFlight: 16 } as const

/**
 * A pace that follows the server: by what it says of queue and computation since the last look, or, where it does not say, by
 * round trips. It looks once a second while requests are under way, and rests with them.
 */
export const createPace = (parts: {
  readonly clock: Clock
  readonly options: PoolOptions
  readonly load: () => Promise<ModelLoad | undefined>
}): Pace => {
  const { clock, options, load } = parts
  const bounds: PaceBounds = {
    ...DEFAULT_PACE_BOUNDS,
    minBatchTokens: 1,
    maxBatchTokens: options.maxBatchTokens,
  }
  const trips = createRoundTrips()
  let state = firstPace(options)
  let underWay = 0
  let watching = false
  let seen: ModelLoad | undefined
  let overloads = 0
  let oversized: number | undefined
  /** Whether every request since the last look left others behind. */
  let backlog = true

  const watch = (): void => {
    watching = true
    clock.after(PERIOD_MS, () => void look())
  }

  const look = async (): Promise<void> => {
    const now = await load().catch(() => undefined)
    const byTrips = trips.takeQueueShare()
    const queueShare = shareBetween(seen, now) ?? (now === undefined ? byTrips : undefined)
    seen = now
    state = nextPace(state, { queueShare, overloads, oversized, backlog }, bounds, clock.now())
    overloads = 0
    oversized = undefined
    backlog = true
    watching = false
    if (underWay > 0) watch()
  }

  return {
    maxInFlight: () => state.inFlight,
    maxBatchTokens: () => state.batchTokens,
    begin: (tokens, more) => {
      const started = clock.now()
      underWay++
      backlog &&= more
      if (!watching) watch()
      return (end) => {
        underWay--
        if (end === 'overloaded') overloads++
        if (end === 'ok') trips.add(tokens, clock.now() - started, clock.now())
      }
    },
    tooLarge: (cost) => {
      oversized = Math.min(cost, oversized ?? cost)
    },
  }
}

/** Undefined without two looks, when nothing was computed between them, or when the server has started anew. */
const shareBetween = (
  before: ModelLoad | undefined,
  now: ModelLoad | undefined,
): number | undefined => {
  if (!before || !now) return undefined
  const queue = now.queueMs - before.queueMs
  const compute = now.computeMs - before.computeMs
  return queue < 0 || compute <= 0 ? undefined : queue / (queue + compute)
}
