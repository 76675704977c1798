import type { Tokens } from '../../topology/model/document.ts'
import type { CutRank } from './rank-cuts.ts'
import { AT_PART, AT_SENTENCE, AT_WORD } from './structure.ts'
import type { Structure } from './structure.ts'

/** One chunk as a range of tokens: first ≤ i < end. */
export interface TokenRange {
  readonly first: number
  readonly end: number
  /** Begins or ends inside a word. */
  readonly hardSplit: boolean
}

export interface ChunkPlan {
  readonly tokens: Tokens
  readonly structure: Structure
  readonly rank: CutRank
  /** Most tokens in a chunk. */
  readonly capacity: number
  /** Most tokens repeated from the chunk before. */
  readonly overlap: number
}

interface Cut {
  readonly at: number
  readonly hard: boolean
}

/** A cut is looked for in this last part of the window, so that chunks stay long. */
const SEARCHED = 0.4

/**
 * Divides the tokens: each chunk ends at the best place in the last 40 % of its window (the latest of equals), and the
 * next begins at the first sentence, line or turn within the overlap before it. A turn that fits a chunk is never cut.
 */
export function planChunks(plan: ChunkPlan): TokenRange[] {
  const count = plan.tokens.ids.length
  const ranges: TokenRange[] = []
  let cut: Cut = { at: 0, hard: false }
  while (cut.at < count) {
    let first = overlapStart(plan, ranges.at(-1), cut)
    let next = findCut(plan, first)
    if (next.at <= cut.at) {
      // What is repeated left no room for anything new: begin at the cut.
      first = cut.at
      next = findCut(plan, first)
    }
    ranges.push({ first, end: next.at, hardSplit: next.hard || cut.hard })
    cut = next
  }
  return ranges
}

function findCut(plan: ChunkPlan, first: number): Cut {
  const last = first + plan.capacity
  if (last >= plan.tokens.ids.length) return { at: plan.tokens.ids.length, hard: false }
  return wholeTurns(plan, first, last) ?? bestCut(plan, first, last) ?? hardCut(plan, first, last)
}

/** The cut before the turn that would not fit as a whole, if that turn fits a chunk of its own. */
function wholeTurns(plan: ChunkPlan, first: number, last: number): Cut | undefined {
  const { offsets } = plan.tokens
  const turn = plan.structure.turnAt(offsets[2 * last]!)
  if (turn === undefined) return undefined
  const at = tokenAt(plan.tokens, turn.start)
  if (at <= first || plan.rank(at) < AT_WORD) return undefined
  return tokenAt(plan.tokens, turn.end) - at <= plan.capacity ? { at, hard: false } : undefined
}

/** Index of the first token that begins at `position` or later. */
function tokenAt(tokens: Tokens, position: number): number {
  let low = 0
  let high = tokens.ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (tokens.offsets[2 * middle]! < position) low = middle + 1
    else high = middle
  }
  return low
}

function bestCut(plan: ChunkPlan, first: number, last: number): Cut | undefined {
  const floor = last - Math.floor(plan.capacity * SEARCHED)
  let at = -1
  let best = 0
  for (let i = last; i > first && best < AT_PART; i--) {
    if (i < floor && best >= AT_WORD) break
    const rank = plan.rank(i)
    if (rank > best) {
      best = rank
      at = i
    }
  }
  return best >= AT_WORD ? { at, hard: false } : undefined
}

/** Inside a word, but between characters. */
function hardCut(plan: ChunkPlan, first: number, last: number): Cut {
  const { offsets } = plan.tokens
  for (let i = last; i > first; i--) {
    if (offsets[2 * i]! >= offsets[2 * i - 1]!) return { at: i, hard: true }
  }
  return { at: last, hard: true }
}

/** Nothing is repeated across the border of a part, nor inside a word that was cut. */
function overlapStart(plan: ChunkPlan, previous: TokenRange | undefined, cut: Cut): number {
  if (previous === undefined || cut.hard || plan.rank(cut.at) >= AT_PART) return cut.at
  const least = Math.max(cut.at - plan.overlap, previous.first + 1)
  let word = cut.at
  let sentence = -1
  for (let i = cut.at - 1; i >= least; i--) {
    const rank = plan.rank(i)
    if (rank >= AT_WORD) word = i
    if (rank >= AT_SENTENCE) sentence = i
    if (rank >= AT_PART) break
  }
  return sentence >= 0 ? sentence : word
}
