import { FUNCTION_WORDS } from './function-words.ts'
import type { ScannedWords } from './word-scanner.ts'
import type { SentenceBounds } from './split-sentences.ts'

/** How alike the sentences of one text are: `cosines[i * size + j]` in 0..1, symmetric, with an empty diagonal. */
export interface SentenceGraph {
  readonly size: number
  readonly cosines: Float64Array
}

/**
 * Compares all sentences by the words they share.
 *
 * A word weighs its count times √((n − df + ½) / (df + ½)) for n sentences of which df hold it: the odds form of the
 * inverse document frequency, with a root where others take a logarithm, because a root has the same bits everywhere.
 * Cost: the sum of df² over the words, at most (words per sentence) × (sentences)².
 */
export function compareSentences(words: ScannedWords, bounds: SentenceBounds): SentenceGraph {
  const size = bounds.length / 2
  const postings = collectPostings(words, bounds)
  const cosines = new Float64Array(size * size)
  const squares = new Float64Array(size)
  for (const posting of postings.values()) addShared(posting, size, cosines, squares)
  for (let i = 0; i < size; i++) squares[i] = Math.sqrt(squares[i] as number)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < i; j++) {
      const both = (squares[i] as number) * (squares[j] as number)
      const cosine = both > 0 ? (cosines[i * size + j] as number) / both : 0
      cosines[i * size + j] = cosine
      cosines[j * size + i] = cosine
    }
  }
  return { size, cosines }
}

/** Sentence and count, alternating, in the order of the sentences. */
type Posting = number[]

function collectPostings(words: ScannedWords, bounds: SentenceBounds): Map<number, Posting> {
  const postings = new Map<number, Posting>()
  let sentence = 0
  const size = bounds.length / 2
  for (let i = 0; i < words.count; i++) {
    const from = words.from[i] as number
    while (sentence < size && from >= (bounds[sentence * 2 + 1] as number)) sentence++
    if (sentence === size) break
    const hash = words.hashes[i] as number
    if (FUNCTION_WORDS.has(hash)) continue
    const posting = postings.get(hash)
    if (posting === undefined) postings.set(hash, [sentence, 1])
    else if (posting[posting.length - 2] === sentence)
      posting[posting.length - 1] = (posting[posting.length - 1] as number) + 1
    else posting.push(sentence, 1)
  }
  return postings
}

/** Adds one word to the lower triangle of the products and to the squared lengths. */
function addShared(
  posting: Posting,
  size: number,
  products: Float64Array,
  squares: Float64Array,
): void {
  const df = posting.length / 2
  const odds = (size - df + 0.5) / (df + 0.5)
  for (let a = 0; a < posting.length; a += 2) {
    const row = posting[a] as number
    const weight = odds * (posting[a + 1] as number)
    squares[row] = (squares[row] as number) + weight * (posting[a + 1] as number)
    for (let b = 0; b < a; b += 2) {
      const cell = row * size + (posting[b] as number)
      products[cell] = (products[cell] as number) + weight * (posting[b + 1] as number)
    }
  }
}
