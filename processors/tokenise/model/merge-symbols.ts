import { MergeHeap } from './merge-heap.ts'
import type { MergeTable } from './merge-table.ts'

/** Symbols of one piece: an id and the place behind its last unit. Kept from piece to piece. */
export class Symbols {
  ids = new Int32Array(256)
  /** The unit (a byte or a character, as the model counts) behind the last one of the symbol. */
  ends = new Int32Array(256)
  length = 0

  push(id: number, end: number): void {
    if (this.length === this.ids.length) this.grow()
    this.ids[this.length] = id
    this.ends[this.length++] = end
  }

  private grow(): void {
    for (const key of ['ids', 'ends'] as const) {
      const larger = new Int32Array(2 * this.length)
      larger.set(this[key])
      this[key] = larger
    }
  }
}

/** Up to here, looking at every pair again and again costs less than keeping a heap. */
const SHORT = 32

/** Merges neighbours, the lowest rank first and of equals the leftmost, until no pair is left that merges. */
export function mergeSymbols(symbols: Symbols, merges: MergeTable): void {
  if (symbols.length <= SHORT) mergeByLooking(symbols, merges)
  else mergeByHeap(symbols, merges)
}

const NEVER = 0x7fffffff
const pairRanks = new Int32Array(SHORT)
const pairResults = new Int32Array(SHORT)

function mergeByLooking(symbols: Symbols, merges: MergeTable): void {
  const { ids, ends } = symbols
  let { length } = symbols
  const look = (i: number): void => {
    const slot = i >= 0 && i + 1 < length ? merges.find(ids[i]!, ids[i + 1]!) : -1
    if (i < 0) return
    pairRanks[i] = slot < 0 ? NEVER : merges.ranks[slot]!
    pairResults[i] = slot < 0 ? -1 : merges.results[slot]!
  }
  for (let i = 0; i < length; i++) look(i)
  while (length > 1) {
    let best = 0
    for (let i = 1; i + 1 < length; i++) if (pairRanks[i]! < pairRanks[best]!) best = i
    if (pairRanks[best] === NEVER) break
    ids[best] = pairResults[best]!
    ends[best] = ends[best + 1]!
    length--
    for (let i = best + 1; i < length; i++) {
      ids[i] = ids[i + 1]!
      ends[i] = ends[i + 1]!
      pairRanks[i] = pairRanks[i + 1]!
      pairResults[i] = pairResults[i + 1]!
    }
    look(best - 1)
    look(best)
  }
  symbols.length = length
}

const GONE = -1

/** In O(n log n): for runs that are longer than any word. */
function mergeByHeap(symbols: Symbols, merges: MergeTable): void {
  const { ids, ends, length } = symbols
  const next = Int32Array.from({ length }, (_, i) => i + 1)
  const previous = Int32Array.from({ length }, (_, i) => i - 1)
  const heap = new MergeHeap(length)
  const offer = (left: number): void => {
    if (left < 0 || next[left]! >= length) return
    const slot = merges.find(ids[left]!, ids[next[left]!]!)
    if (slot >= 0) heap.push(merges.ranks[slot]!, left, merges.results[slot]!)
  }
  for (let i = 0; i + 1 < length; i++) offer(i)
  while (heap.pop()) {
    const { at, result } = heap
    if (ids[at] === GONE || next[at]! >= length) continue
    const right = next[at]!
    const slot = merges.find(ids[at]!, ids[right]!)
    // The pair may have changed since it was offered.
    if (slot < 0 || merges.results[slot] !== result) continue
    ids[at] = result
    ends[at] = ends[right]!
    ids[right] = GONE
    next[at] = next[right]!
    if (next[at]! < length) previous[next[at]!] = at
    offer(previous[at]!)
    offer(at)
  }
  let kept = 0
  for (let i = 0; i < length; i++) {
    if (ids[i] === GONE) continue
    ids[kept] = ids[i]!
    ends[kept++] = ends[i]!
  }
  symbols.length = kept
}
