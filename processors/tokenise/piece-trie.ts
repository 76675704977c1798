/** Where the longest match ended and which id it has; `id` is -1 when nothing matched. */
export interface PieceMatch {
  id: number
  /** One past the last unit of the match. */
  end: number
}

/**
 * Longest-match look-up over the pieces of a vocabulary, one UTF-16 unit at a time, so that the work for a word is
 * bounded by the length of the longest piece and not by the length of the word.
 */
export interface PieceTrie {
  readonly longest: (
    units: Uint16Array,
    start: number,
    end: number,
    continuing: boolean,
    into: PieceMatch,
  ) => void
}

const WORD_START = 0
const CONTINUATION = 1
const EMPTY = -1

/** Edges in an open-addressing table: key is node and unit, value is the next node. At most half full. */
interface Edges {
  readonly mask: number
  readonly nodes: Int32Array
  readonly units: Uint16Array
  readonly targets: Int32Array
}

/** `prefix` marks the pieces that continue a word, `##` in BERT. */
export function createPieceTrie(
  vocabulary: ReadonlyMap<string, number>,
  prefix: string,
): PieceTrie {
  const edges = emptyEdges(vocabulary, prefix)
  const idOfNode = new Int32Array(edges.nodes.length).fill(-1)
  let nodes = 2
  const add = (root: number, piece: string, id: number): void => {
    let node = root
    for (let i = 0; i < piece.length; i++) {
      const slot = slotOf(edges, node, piece.charCodeAt(i))
      if (edges.nodes[slot] === EMPTY) {
        edges.nodes[slot] = node
        edges.units[slot] = piece.charCodeAt(i)
        edges.targets[slot] = nodes++
      }
      node = edges.targets[slot]!
    }
    if (node > CONTINUATION) idOfNode[node] = id
  }
  for (const [piece, id] of vocabulary) {
    add(WORD_START, piece, id)
    if (piece.startsWith(prefix)) add(CONTINUATION, piece.slice(prefix.length), id)
  }
  return {
    longest: (units, start, end, continuing, into) => {
      let node = continuing ? CONTINUATION : WORD_START
      into.id = -1
      for (let i = start; i < end; i++) {
        const slot = slotOf(edges, node, units[i]!)
        if (edges.nodes[slot] === EMPTY) return
        node = edges.targets[slot]!
        const id = idOfNode[node]!
        if (id >= 0) {
          into.id = id
          into.end = i + 1
        }
      }
    },
  }
}

function emptyEdges(vocabulary: ReadonlyMap<string, number>, prefix: string): Edges {
  let most = 2
  for (const piece of vocabulary.keys()) {
    most += piece.startsWith(prefix) ? 2 * piece.length : piece.length
  }
  const capacity = 2 ** Math.ceil(Math.log2(most * 2))
  return {
    mask: capacity - 1,
    nodes: new Int32Array(capacity).fill(EMPTY),
    units: new Uint16Array(capacity),
    targets: new Int32Array(capacity),
  }
}

function slotOf(edges: Edges, node: number, unit: number): number {
  let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7
  slot &= edges.mask
  while (
    edges.nodes[slot] !== EMPTY &&
    (edges.nodes[slot] !== node || edges.units[slot] !== unit)
  ) {
    slot = (slot + 1) & edges.mask
  }
  return slot
}
