/** A trie over code points, walked one step at a time. */
export interface PrefixTrie {
  readonly root: number
  /** The node behind `node` by `point`, or -1. */
  readonly step: (node: number, point: number) => number
  /** Id of the piece that ends at a node, or -1. By node. */
  readonly ids: Int32Array
}

const EMPTY = -1

/** Of pieces that are there twice the last counts. */
export function createPrefixTrie(pieces: readonly string[]): PrefixTrie {
  const most = pieces.reduce((sum, piece) => sum + piece.length, 2)
  const capacity = 2 ** Math.ceil(Math.log2(2 * most))
  const mask = capacity - 1
  const nodes = new Int32Array(capacity).fill(EMPTY)
  const points = new Int32Array(capacity)
  const targets = new Int32Array(capacity)
  const ids = new Int32Array(most).fill(-1)
  const slotOf = (node: number, point: number): number => {
    const mixed = Math.imul(node, 0x9e3779b1) ^ Math.imul(point, 0x85ebca6b)
    let slot = (mixed ^ (mixed >>> 15)) & mask
    while (nodes[slot] !== EMPTY && (nodes[slot] !== node || points[slot] !== point)) {
      slot = (slot + 1) & mask
    }
    return slot
  }
  let count = 1
  for (const [id, piece] of pieces.entries()) {
    let node = 0
    for (const character of piece) {
      const point = character.codePointAt(0)!
      const slot = slotOf(node, point)
      if (nodes[slot] === EMPTY) {
        nodes[slot] = node
        points[slot] = point
        targets[slot] = count++
      }
      node = targets[slot]!
    }
    ids[node] = id
  }
  ids[0] = -1
  const step = (node: number, point: number): number => {
    const slot = slotOf(node, point)
    return nodes[slot] === EMPTY ? -1 : targets[slot]!
  }
  return { root: 0, step, ids: ids.slice(0, count) }
}
