import { compareSentences } from './sentence-graph.ts'
import type { SentenceGraph } from './sentence-graph.ts'
import { splitSentences } from './split-sentences.ts'
import type { SentenceBounds } from './split-sentences.ts'
import { createWordScanner, MAX_UNITS } from './word-scanner.ts'

/** A summary made of sentences of the text itself. */
export interface Extract {
  /** The chosen sentences in the order of the text, white space collapsed, joined by one space. */
  readonly text: string
  /** Where the chosen sentences stand in the text, in its order. */
  readonly spans: readonly { readonly start: number; readonly end: number }[]
  /** Tokens of `text`, by the counter that was given. */
  readonly tokens: number
  /** The text was longer than the summariser reads ({@link MAX_SENTENCES}, or the units of the word scanner). */
  readonly truncated: boolean
}

/** How long an extract may be. */
export interface ExtractOptions {
  /** The most tokens of the extract. */
  readonly maxTokens: number
  /** Tokens of a piece of text. Words are counted when it is missing. */
  readonly countTokens?: (text: string) => number
}

/** Picks the sentences that are most like the rest. */
export type Summariser = (text: string, options: ExtractOptions) => Extract

/** The summariser reads this many sentences from the start of a text. */
export const MAX_SENTENCES = 200
const MAX_SENTENCE_UNITS = 600
/** Sentences that are less alike than this have no edge: keeps the graph sparse. */
const EDGE = 0.1
/** A sentence that is so like a chosen one adds nothing. */
const REPETITION = 0.6
const DAMPING = 0.85
const ITERATIONS = 30

/**
 * LexRank (Erkan and Radev 2004): sentences are ranked by the stationary distribution of a random walk over the graph
 * of their cosine similarities, then taken from the top while they fit. Equal ranks go by position.
 *
 * A summariser holds scratch buffers: use one per thread.
 */
export function createLexRank(): Summariser {
  const scan = createWordScanner()
  const countWords = createWordScanner()
  return (text, { maxTokens, countTokens = (piece) => countWords(piece).count }) => {
    const read = text.slice(0, MAX_UNITS)
    const limits = { maxSentences: MAX_SENTENCES, maxUnits: MAX_SENTENCE_UNITS }
    const bounds = splitSentences(read, limits)
    const graph = compareSentences(scan(read), bounds)
    const order = rank(walk(graph))
    const truncated = read.length < text.length || bounds.length >= MAX_SENTENCES * 2
    return { ...pick(read, bounds, graph, order, maxTokens, countTokens), truncated }
  }
}

/** Power iteration over the edges above {@link EDGE}, weights normalised per sentence. */
function walk({ size, cosines }: SentenceGraph): Float64Array {
  const { rowStarts, columns, shares } = toSparse(size, cosines)
  let scores = new Float64Array(size).fill(1 / size)
  let next = new Float64Array(size)
  for (let round = 0; round < ITERATIONS; round++) {
    next.fill((1 - DAMPING) / size)
    for (let row = 0; row < size; row++) {
      const score = DAMPING * (scores[row] as number)
      for (let e = rowStarts[row] as number; e < (rowStarts[row + 1] as number); e++) {
        const column = columns[e] as number
        next[column] = (next[column] as number) + score * (shares[e] as number)
      }
    }
    const previous = scores
    scores = next
    next = previous
  }
  return scores
}

interface SparseRows {
  readonly rowStarts: Int32Array
  readonly columns: readonly number[]
  readonly shares: readonly number[]
}

function toSparse(size: number, cosines: Float64Array): SparseRows {
  const rowStarts = new Int32Array(size + 1)
  const columns: number[] = []
  const shares: number[] = []
  for (let row = 0; row < size; row++) {
    let total = 0
    for (let column = 0; column < size; column++) {
      const cosine = cosines[row * size + column] as number
      if (cosine < EDGE) continue
      columns.push(column)
      shares.push(cosine)
      total += cosine
    }
    for (let e = rowStarts[row] as number; e < shares.length; e++)
      shares[e] = (shares[e] as number) / total
    rowStarts[row + 1] = shares.length
  }
  return { rowStarts, columns, shares }
}

function rank(scores: Float64Array): number[] {
  const order = Array.from(scores, (_, sentence) => sentence)
  return order.sort((a, b) => (scores[b] as number) - (scores[a] as number) || a - b)
}

function pick(
  text: string,
  bounds: SentenceBounds,
  graph: SentenceGraph,
  order: readonly number[],
  maxTokens: number,
  countTokens: (text: string) => number,
): Omit<Extract, 'truncated'> {
  const chosen: number[] = []
  let tokens = 0
  for (const sentence of order) {
    if (
      chosen.some((other) => (graph.cosines[sentence * graph.size + other] as number) > REPETITION)
    )
      continue
    const cost = countTokens(sentenceText(text, bounds, sentence))
    if (cost === 0 || tokens + cost > maxTokens) continue
    chosen.push(sentence)
    tokens += cost
    if (tokens >= maxTokens) break
  }
  if (chosen.length === 0) return cutFirst(text, bounds, order, maxTokens, countTokens)
  chosen.sort((a, b) => a - b)
  return {
    text: chosen.map((sentence) => sentenceText(text, bounds, sentence)).join(' '),
    spans: chosen.map((sentence) => spanOf(bounds, sentence)),
    tokens,
  }
}

/** No sentence fits: the best one is cut at a space. */
function cutFirst(
  text: string,
  bounds: SentenceBounds,
  order: readonly number[],
  maxTokens: number,
  countTokens: (text: string) => number,
): Omit<Extract, 'truncated'> {
  const best = order[0]
  if (best === undefined) return { text: '', spans: [], tokens: 0 }
  const { start, end } = spanOf(bounds, best)
  const sentence = text.slice(start, end)
  const cuts = Array.from(sentence.matchAll(/\s+|$/g), (space) => space.index)
  let low = 0
  let high = cuts.length
  // Invariant: cuts[low - 1] fits (or low is 0), cuts[high] does not (or high is past the end).
  while (low < high) {
    const middle = (low + high) >> 1
    if (countTokens(sentence.slice(0, cuts[middle])) <= maxTokens) low = middle + 1
    else high = middle
  }
  const length = low === 0 ? 0 : (cuts[low - 1] as number)
  if (length === 0) return { text: '', spans: [], tokens: 0 }
  const piece = collapse(sentence.slice(0, length))
  return { text: piece, spans: [{ start, end: start + length }], tokens: countTokens(piece) }
}

function spanOf(bounds: SentenceBounds, sentence: number): { start: number; end: number } {
  return { start: bounds[sentence * 2] as number, end: bounds[sentence * 2 + 1] as number }
}

function sentenceText(text: string, bounds: SentenceBounds, sentence: number): string {
  const { start, end } = spanOf(bounds, sentence)
  return collapse(text.slice(start, end))
}

function collapse(text: string): string {
  return text.replace(/\s+/g, ' ')
}
