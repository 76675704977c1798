import type { VectorMatch } from '../../../topology/ports/vector-index.ts'

const better = (a: VectorMatch, b: VectorMatch): number =>
  b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** The best of what is added, ties by id. */
export interface BestMatches {
  readonly add: (match: VectorMatch) => void
  /** What scores less need not be added. */
  readonly floor: () => number
  readonly result: () => readonly VectorMatch[]
}

/** Keeps the best `limit`: a list that is cut whenever it has doubled. */
export const createBestMatches = (limit: number): BestMatches => {
  let kept: VectorMatch[] = []
  let floor = -Infinity
  const cut = (): void => {
    kept = kept.sort(better).slice(0, limit)
    if (kept.length === limit) floor = kept.at(-1)?.score ?? -Infinity
  }
  return {
    add: (match) => {
      if (match.score < floor) return
      kept.push(match)
      if (kept.length >= 2 * limit + 16) cut()
    },
    floor: () => floor,
    result: () => {
      cut()
      return kept
    },
  }
}
