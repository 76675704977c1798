/** How hard a model is driven: requests under way at once, and tokens of one batch. */
export interface PaceState {
  readonly inFlight: number
  readonly batchTokens: number
  /** Epoch milliseconds before which nothing grows: the server has just had too much. */
  readonly heldUntil: number
  /** The most tokens of a batch until `ceilingUntil`: larger ones have just failed. */
  readonly ceiling: number
  readonly ceilingUntil: number
}

/** Between which values the pace is sought. */
export interface PaceBounds {
  readonly minInFlight: number
  readonly maxInFlight: number
  readonly minBatchTokens: number
  readonly maxBatchTokens: number
}

/** What was seen in one period. */
export interface PaceSample {
  /** Share of the time at the server that requests spent in its queue, 0 to 1; undefined when there was nothing to see. */
  readonly queueShare: number | undefined
  /** Requests that the server refused because it had too much to do, or that were given up. */
  readonly overloads: number
  /** The least cost, in tokens, of a batch that failed as a whole and came through in halves: it was too large. */
  readonly oversized: number | undefined
  /** Whether items waited all the time: otherwise more requests would not help. */
  readonly backlog: boolean
}

/**
 * Below this share of waiting the server is idle at times: another request fits in. Two requests at a server that computes
 * one at a time wait half of their time, and keep it busy; what waits longer only grows old.
 */
const IDLE_SHARE = 0.1
const FULL_SHARE = 0.55
const CUT = 0.7
const HOLD_MS = 1_000
const GROWTH = 1.25
/** For how long a size that failed is not tried again: each try costs the requests of a search. */
const CEILING_MS = 60_000

/** Begins with what the options say: the largest batches. */
export const firstPace = ({
  maxInFlight,
  maxBatchTokens,
}: {
  readonly maxInFlight: number
  readonly maxBatchTokens: number
}): PaceState => ({
  inFlight: maxInFlight,
  batchTokens: maxBatchTokens,
  heldUntil: 0,
  ceiling: maxBatchTokens,
  ceilingUntil: 0,
})

/** The pace of the next period: one step up or down by the queue, a cut by three tenths and a pause after an overload. */
export const nextPace = (
  state: PaceState,
  sample: PaceSample,
  bounds: PaceBounds,
  now: number,
): PaceState => {
  const { inFlight, batchTokens } = state
  if (sample.overloads > 0 || sample.oversized !== undefined) {
    // Full queues want fewer requests, full memory wants smaller ones.
    const fewer = sample.overloads > 0 ? Math.floor(inFlight * CUT) : inFlight
    const held = { ...state, inFlight: fewer, heldUntil: now + HOLD_MS }
    if (sample.oversized === undefined) return within(held, bounds)
    const ceiling = Math.floor(Math.min(batchTokens, sample.oversized) * CUT)
    return within(
      { ...held, batchTokens: ceiling, ceiling, ceilingUntil: now + CEILING_MS },
      bounds,
    )
  }
  if (now < state.heldUntil) return state
  const most = now < state.ceilingUntil ? state.ceiling : bounds.maxBatchTokens
  const grown = Math.min(most, Math.ceil(batchTokens * GROWTH))
  return within({ ...state, inFlight: inFlight + stepOf(sample), batchTokens: grown }, bounds)
}

const stepOf = ({ queueShare, backlog }: PaceSample): -1 | 0 | 1 => {
  if (queueShare === undefined) return 0
  if (queueShare > FULL_SHARE) return -1
  return queueShare < IDLE_SHARE && backlog ? 1 : 0
}

const within = (state: PaceState, bounds: PaceBounds): PaceState => ({
  ...state,
  inFlight: clamp(state.inFlight, bounds.minInFlight, bounds.maxInFlight),
  batchTokens: clamp(state.batchTokens, bounds.minBatchTokens, bounds.maxBatchTokens),
})

const clamp = (value: number, least: number, most: number): number =>
  Math.min(most, Math.max(least, value))
