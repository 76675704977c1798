import { cutToBudget } from './cut-to-budget.ts'
import { compareSentences } from './sentence-graph.ts'
import type { SentenceGraph } from './sentence-graph.ts'
import { splitSentences } from './split-sentences.ts'
import type { SentenceBounds } from './split-sentences.ts'
import { createWordScanner, MAX_UNITS } from './word-scanner.ts'

/** A stretch of a text in UTF-16 units. */
interface Span {
  readonly start: number
  readonly end: number
}

/** A summary made of sentences of the text itself. */
export interface Extract {
  /** The chosen sentences in the order of the text, white space collapsed, joined by one space. */
  readonly text: string
  /** Where the chosen sentences stand in the text, in its order. */
  readonly spans: readonly Span[]
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
/** Longer sentences are compared in pieces, and chosen by their beginning. */
const MAX_SENTENCE_UNITS = 600
/** What of such a sentence goes into a summary at most, however few tokens it is worth. */
const MAX_TAKEN_UNITS = MAX_SENTENCE_UNITS * 2
/** Sentences that are less alike than this have no edge: keeps the graph sparse. */
const EDGE = 0.1
/** A sentence that is so like a chosen one adds nothing. */
const REPETITION = 0.6
const DAMPING = 0.85
const ITERATIONS = 30

/**
 * LexRank (Erkan and Radev 2004): sentences are ranked by the stationary distribution of a random walk over the graph
 * of their cosine similarities, then taken from the top while they fit. Equal ranks go by position.
 * Where they leave half of the budget, the best of those that are longer than is compared at once is cut to the rest from its beginning; where none
 * fits, the best of all.
 *
 * A summariser holds scratch buffers: use one per thread.
 */
export function createLexRank(): Summariser {
  const scan = createWordScanner()
  const countWords = createWordScanner()
  return (text, { maxTokens, countTokens = (piece) => countWords(piece).count }) => {
    const read = text.slice(0, MAX_UNITS)
    const limits = { maxSentences: MAX_SENTENCES, maxUnits: MAX_SENTENCE_UNITS }
    const continued = new Set<number>()
    const bounds = splitSentences(read, limits, continued)
    const graph = compareSentences(scan(read), bounds)
    const order = rank(walk(graph))
    const truncated = read.length < text.length || bounds.length >= MAX_SENTENCES * 2
    const source = { text: read, bounds, continued }
    return { ...pick(source, graph, order, maxTokens, countTokens), truncated }
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

interface Source {
  readonly text: string
  readonly bounds: SentenceBounds
  /** Sentences that only go on with the one before. */
  readonly continued: ReadonlySet<number>
}

/** A chosen sentence. */
interface Chosen extends Span {
  readonly sentence: number
}

function pick(
  source: Source,
  graph: SentenceGraph,
  order: readonly number[],
  maxTokens: number,
  countTokens: (text: string) => number,
): Omit<Extract, 'truncated'> {
  const { text, continued } = source
  const chosen: Chosen[] = []
  let tokens = 0
  const candidates = order.filter((sentence) => !continued.has(sentence))
  const isRepeated = (sentence: number): boolean =>
    chosen.some(
      (other) => (graph.cosines[sentence * graph.size + other.sentence] as number) > REPETITION,
    )
  const add = (sentence: number, span: Span): void => {
    chosen.push({ sentence, ...span })
    tokens += countTokens(collapse(text, span))
  }
  for (const sentence of candidates) {
    if (isRepeated(sentence)) continue
    const span = wholeSpan(source, sentence)
    const cost = countTokens(collapse(text, span))
    if (cost > 0 && tokens + cost <= maxTokens) add(sentence, span)
    if (tokens >= maxTokens) break
  }
  if (tokens * 2 <= maxTokens) {
    const isLeftOut = (sentence: number): boolean =>
      continued.has(sentence + 1) &&
      !isRepeated(sentence) &&
      chosen.every((other) => other.sentence !== sentence)
    const best = candidates.find((sentence) => chosen.length === 0 || isLeftOut(sentence))
    if (best !== undefined) {
      const span = cutSpan(text, wholeSpan(source, best), maxTokens - tokens, countTokens)
      if (span.end > span.start) add(best, span)
    }
  }
  chosen.sort((a, b) => a.sentence - b.sentence)
  return {
    text: chosen.map((span) => collapse(text, span)).join(' '),
    spans: chosen.map(({ start, end }) => ({ start, end })),
    tokens,
  }
}

/** A sentence with what goes on with it, up to {@link MAX_TAKEN_UNITS}. */
function wholeSpan({ bounds, continued }: Source, sentence: number): Span {
  const start = bounds[sentence * 2] as number
  let last = sentence
  while (continued.has(last + 1) && (bounds[last * 2 + 3] as number) - start <= MAX_TAKEN_UNITS)
    last++
  return { start, end: bounds[last * 2 + 1] as number }
}

function cutSpan(
  text: string,
  { start, end }: Span,
  maxTokens: number,
  countTokens: (text: string) => number,
): Span {
  return { start, end: start + cutToBudget(text.slice(start, end), maxTokens, countTokens) }
}

function collapse(text: string, { start, end }: Span): string {
  return text.slice(start, end).replace(/\s+/g, ' ')
}
