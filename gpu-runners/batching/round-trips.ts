/** Guesses how long requests wait at a server from how long they take, where it does not say. */
export interface RoundTrips {
  readonly add: (tokens: number, ms: number, now: number) => void
  /** The share of waiting since the last call, 0 to 1; undefined when nothing was added. */
  readonly takeQueueShare: () => number | undefined
}

/** The quickest round trip of a size counts as free of waiting for as long. */
const WINDOW_MS = 30_000

/**
 * Compares each round trip with the quickest recent one of about the same size, by powers of two. As the latter may itself have
 * waited, and holds the way through the network, the share is rather too low than too high. A server that becomes slower
 * seems to have a queue until the window has passed.
 */
export const createRoundTrips = (): RoundTrips => {
  /** By size: the quickest of the current and of the previous window. */
  const best = new Map<number, { since: number; now: number; before: number }>()
  let waited = 0
  let total = 0
  return {
    add: (tokens, ms, now) => {
      const size = Math.ceil(Math.log2(Math.max(1, tokens)))
      const known = best.get(size) ?? { since: now, now: ms, before: ms }
      if (now - known.since >= WINDOW_MS) best.set(size, { since: now, now: ms, before: known.now })
      else best.set(size, { ...known, now: Math.min(known.now, ms) })
      const { now: current, before } = best.get(size) as { now: number; before: number }
      waited += Math.max(0, ms - Math.min(current, before))
      total += ms
    },
    takeQueueShare: () => {
      const share = total === 0 ? undefined : waited / total
      waited = 0
      total = 0
      return share
    },
  }
}
