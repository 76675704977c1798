import type { VectorMatch } from '../../topology/ports/vector-index.ts'

/** One match of several searches. */
export interface FusedMatch {
  readonly payload: VectorMatch['payload']
  /** Reciprocal rank fusion: the sum over the searches of 1 / (60 + rank). */
  readonly score: number
  /** Cosine of query and chunk; null where the search by vector did not bring it. */
  readonly similarity: number | null
  /** Sum of weight times rarity of the words asked for; null where the search by words did not bring it. */
  readonly words: number | null
}

/** The usual value: how little the first ranks count more than those after them. */
const flatness = 60

/**
 * Both lists as one, best first. Their scores cannot be compared, their ranks can; a chunk that both bring is before one
 * that only one of them does. Ties by id.
 */
export const fuse = (
  byVector: readonly VectorMatch[],
  byWords: readonly VectorMatch[],
  limit: number,
): readonly FusedMatch[] => {
  const fused = new Map<string, FusedMatch>()
  for (const [rank, { id, score: similarity, payload }] of byVector.entries())
    fused.set(id, { payload, score: 1 / (flatness + rank + 1), similarity, words: null })
  for (const [rank, { id, score: words, payload }] of byWords.entries()) {
    const known = fused.get(id)
    const score = (known?.score ?? 0) + 1 / (flatness + rank + 1)
    fused.set(id, { payload, score, similarity: known?.similarity ?? null, words })
  }
  return [...fused]
    .toSorted(([a, x], [b, y]) => y.score - x.score || (a < b ? -1 : 1))
    .slice(0, limit)
    .map(([, match]) => match)
}
