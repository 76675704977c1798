import type { Normalised } from '../normalise/normalised.ts'
import { stringOf } from '../split/pieces.ts'
import { byteTokens } from './byte-pair.ts'
import type { PieceModel } from './model.ts'
import { createPrefixTrie } from './prefix-trie.ts'
import { scoreAsRead } from './score-as-read.ts'

export interface UnigramFile {
  readonly pieces: readonly (readonly [piece: string, score: number])[]
  readonly unknown: number | undefined
  /** A stretch that is not in the vocabulary becomes tokens such as `<0x41>`, one for each byte. */
  readonly byteFallback: boolean
}

/** What an unknown character costs beyond the least likely piece. */
const UNKNOWN_PENALTY = 10

/** The most likely division of a piece. Neighbouring unknown characters are one token. */
export function createUnigram(file: UnigramFile): PieceModel {
  const names = file.pieces.map(([piece]) => piece)
  const idOf = new Map(names.map((piece, id) => [piece, id]))
  const trie = createPrefixTrie(names)
  const scores = Float64Array.from(file.pieces, ([, score]) => scoreAsRead(score))
  const unknownScore =
    scores.reduce((least, score) => Math.min(least, score), Infinity) - UNKNOWN_PENALTY
  const fallback = file.byteFallback ? byteTokens(idOf) : undefined
  const unknown = file.unknown ?? -1
  const path = new BestPath()

  const walk = (text: Normalised, start: number, end: number): void => {
    path.reset(end - start)
    for (let at = start; at < end; at++) {
      const soFar = path.scores[at - start]!
      let single = false
      let node = trie.root
      for (let i = at; i < end; i++) {
        node = trie.step(node, text.points[i]!)
        if (node < 0) break
        const id = trie.ids[node]!
        if (id < 0) continue
        path.offer(at - start, i + 1 - start, id, scores[id]! + soFar)
        if (i === at) single = true
      }
      if (!single) path.offer(at - start, at + 1 - start, unknown, unknownScore + soFar)
    }
  }

  return (text, start, end, into) => {
    walk(text, start, end)
    const count = path.trace(end - start, unknown)
    for (let i = count - 1; i >= 0; i--) {
      const first = start + path.starts[i]!
      const last = start + path.ends[i]! - 1
      const [from, to] = [text.from[first]!, text.to[last]!]
      const id = path.ids[i]!
      if (id !== unknown) into.push(id, from, to)
      else {
        const piece = stringOf(text.points, first, last + 1)
        const named = idOf.get(piece)
        if (named !== undefined) into.push(named, from, to)
        else if (fallback === undefined) into.push(unknown, from, to)
        else pushBytes(text, first, last)
      }
    }
    function pushBytes(source: Normalised, first: number, last: number): void {
      for (const byte of Buffer.from(stringOf(source.points, first, last + 1))) {
        into.push(fallback![byte]!, source.from[first]!, source.to[last]!)
      }
    }
  }
}

const NOT_REACHED = -1

/** The best way to each place of a piece, and the way back. Arrays are kept from piece to piece. */
class BestPath {
  scores = new Float64Array(256)
  private cameFrom = new Int32Array(256)
  private pieceOf = new Int32Array(256)
  /** Of the tokens found by {@link trace}, last first. */
  starts = new Int32Array(256)
  ends = new Int32Array(256)
  ids = new Int32Array(256)

  reset(length: number): void {
    if (length >= this.scores.length) this.grow(2 * length + 2)
    this.cameFrom.fill(NOT_REACHED, 0, length + 1)
    this.scores.fill(0, 0, length + 1)
  }

  /** Of equals the first offered stays. */
  offer(from: number, to: number, id: number, score: number): void {
    if (this.cameFrom[to] !== NOT_REACHED && score <= this.scores[to]!) return
    this.cameFrom[to] = from
    this.pieceOf[to] = id
    this.scores[to] = score
  }

  /** Walks back from the end; says how many tokens there are. */
  trace(length: number, unknown: number): number {
    let count = 0
    for (let end = length; end > 0; end = this.cameFrom[end]!) {
      const id = this.pieceOf[end]!
      if (id === unknown && count > 0 && this.ids[count - 1] === unknown) {
        this.starts[count - 1] = this.cameFrom[end]!
        continue
      }
      this.starts[count] = this.cameFrom[end]!
      this.ends[count] = end
      this.ids[count++] = id
    }
    return count
  }

  private grow(length: number): void {
    this.scores = new Float64Array(length)
    this.cameFrom = new Int32Array(length)
    this.pieceOf = new Int32Array(length)
    this.starts = new Int32Array(length)
    this.ends = new Int32Array(length)
    this.ids = new Int32Array(length)
  }
}
