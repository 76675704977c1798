import type { Passage } from './passages.ts'

/** The most requests that it takes to summarise so many parts and to merge the summaries, `together` at once. */
export function requestsFor(parts: number, together: number): number {
  let requests = parts
  for (let left = parts; left > 1;) {
    // One that is left over alone costs none: it waits for the next round.
    const groups = Math.ceil(left / together)
    requests += groups
    left = groups
  }
  return requests
}

/** The most parts that so many requests summarise; at least one. */
export function mostParts(maxRequests: number, together: number): number {
  let parts = 1
  while (requestsFor(parts + 1, together) <= maxRequests) parts++
  return parts
}

/** Below this many UTF-16 units a passage is not halved any more: it is not its length that is wrong. */
const LEAST_UNITS = 400

/** Two parts of what is too long; none, when it is short already. One passage is cut between characters. */
export function halves(passages: readonly Passage[]): readonly (readonly Passage[])[] {
  const [only] = passages
  if (passages.length > 1) {
    const middle = passages.length >> 1
    return [passages.slice(0, middle), passages.slice(middle)]
  }
  if (!only || only.text.length < LEAST_UNITS) return []
  const { chunk, text, tokens } = only
  const half = text.length >> 1
  const cut = /[\uD800-\uDBFF]/.test(text.charAt(half - 1)) ? half - 1 : half
  const pieceOf = (piece: string): readonly Passage[] => [
    { chunk, text: piece, tokens: Math.ceil(tokens / 2) },
  ]
  return [pieceOf(text.slice(0, cut)), pieceOf(text.slice(cut))]
}
