import type { Span, SpanKind } from '../../topology/model/document.ts'

/** How good a place is for a cut, from nothing to best. */
export const INSIDE_WORD = 0
export const AT_WORD = 1
export const AT_SENTENCE = 2
export const AT_LINE = 3
export const AT_BLANK_LINE = 4
export const AT_TURN = 5
export const AT_PAGE = 6
/** Where another author, message or file begins: text on one side is no context for the other. */
export const AT_PART = 7

const RANK_OF_KIND: Readonly<Record<SpanKind, number>> = {
  attachment: AT_PART,
  quote: AT_PART,
  forward: AT_PART,
  header: AT_PART,
  body: AT_PART,
  signature: AT_PART,
  disclaimer: AT_PART,
  page: AT_PAGE,
  heading: AT_TURN,
  turn: AT_TURN,
  cue: AT_LINE,
  'table-row': AT_LINE,
}

/** Where the parts of a document begin and end. */
export interface Structure {
  /** Best rank of a border in `[from, to]`, both ends included; 0 when there is none. */
  readonly rankWithin: (from: number, to: number) => number
  /** The turn that holds the character at `position`. */
  readonly turnAt: (position: number) => Span | undefined
}

export function structureOf(spans: readonly Span[]): Structure {
  const turns = spans.filter((span) => span.kind === 'turn')
  const { positions, rankAt } = bordersOf(spans)
  return {
    rankWithin: (from, to) => {
      let best = 0
      for (let i = firstAtLeast(positions, from); i < positions.length; i++) {
        if (positions[i]! > to) break
        best = Math.max(best, rankAt[i]!)
      }
      return best
    },
    turnAt: (position) => turnHolding(turns, position),
  }
}

/** Sorted positions with the best rank of each. */
interface Borders {
  readonly positions: Int32Array
  readonly rankAt: Uint8Array
}

/** More than there are ranks: a border is one number, position first, so that a long chat is sorted without an object for each turn. */
const RANKS = 8

/** A heading is worth a cut before it, never between it and what it heads. */
function bordersOf(spans: readonly Span[]): Borders {
  const all = new Float64Array(spans.length * 2)
  let count = 0
  for (const { kind, start, end } of spans) {
    const rank = RANK_OF_KIND[kind]
    all[count++] = start * RANKS + rank
    if (kind !== 'heading') all[count++] = end * RANKS + rank
  }
  const borders = all.subarray(0, count)
  const sorted = isRising(borders) ? borders : borders.sort()
  const positions = new Int32Array(count)
  const rankAt = new Uint8Array(count)
  let last = -1
  for (const border of sorted) {
    const position = Math.floor(border / RANKS)
    // The best rank of a position comes last.
    if (last < 0 || positions[last] !== position) positions[++last] = position
    rankAt[last] = border - position * RANKS
  }
  return { positions: positions.subarray(0, last + 1), rankAt: rankAt.subarray(0, last + 1) }
}

/** Spans that do not enclose each other come in order, and a chat has hundreds of thousands. */
function isRising(numbers: Float64Array): boolean {
  for (let i = 1; i < numbers.length; i++) if (numbers[i]! < numbers[i - 1]!) return false
  return true
}

function firstAtLeast(sorted: Int32Array, value: number): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value) low = middle + 1
    else high = middle
  }
  return low
}

/** Turns are sorted by start and do not overlap. */
function turnHolding(turns: readonly Span[], position: number): Span | undefined {
  let low = 0
  let high = turns.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (turns[middle]!.start <= position) low = middle + 1
    else high = middle
  }
  const turn = turns[low - 1]
  return turn !== undefined && turn.end > position ? turn : undefined
}
