/** Merges by pair of ids, in an open-addressing table that is at most half full. */
export interface MergeTable {
  /** Slot of the pair, or -1 when it is never merged. */
  readonly find: (left: number, right: number) => number
  /** By slot: a lower rank merges first. */
  readonly ranks: Int32Array
  /** By slot: what the pair becomes. */
  readonly results: Int32Array
}

/** `merges` are left id, right id and result, in order of rank. A pair named twice keeps its last rank, as in the reference. */
export function createMergeTable(
  merges: readonly (readonly [number, number, number])[],
): MergeTable {
  const capacity = 2 ** Math.ceil(Math.log2(2 * merges.length + 2))
  const mask = capacity - 1
  const lefts = new Int32Array(capacity).fill(-1)
  const rights = new Int32Array(capacity)
  const ranks = new Int32Array(capacity)
  const results = new Int32Array(capacity)
  const slotOf = (left: number, right: number): number => {
    const mixed = Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca6b)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (lefts[slot] !== -1 && (lefts[slot] !== left || rights[slot] !== right)) {
      slot = (slot + 1) & mask
    }
    return slot
  }
  for (const [rank, [left, right, result]] of merges.entries()) {
    const slot = slotOf(left, right)
    lefts[slot] = left
    rights[slot] = right
    ranks[slot] = rank
    results[slot] = result
  }
  const find = (left: number, right: number): number => {
    const slot = slotOf(left, right)
    return lefts[slot] === -1 ? -1 : slot
  }
  return { find, ranks, results }
}
