import { createWordScanner, mix, pairHash } from './word-scanner.ts'
import type { ScannedWords, WordScanner } from './word-scanner.ts'

/** How a term is written: `word`, `two words`, or `~word` for a word within reach of a negation. */
export type Term = string

/** Finds known terms among scanned words. */
export interface TermTable {
  /**
   * Counts, in `counts[row]`, how often the term of each row occurs in words `from` to `to`, and lists in `hits` the
   * rows that were 0 before. Answers how many it listed. The caller sets the counts of the listed rows back to 0.
   */
  readonly count: (
    words: ScannedWords,
    from: number,
    to: number,
    counts: Int32Array,
    hits: Int32Array,
  ) => number
}

/** A negation reaches over this many words after it. */
const NEGATION_REACH = 3
const NEGATORS = hashesOf(
  `not no never none nothing without hardly barely nor neither cannot dont doesnt didnt isnt wasnt arent werent wont
   wouldnt cant couldnt shouldnt havent hasnt hadnt aint nicht kein keine keinen nie ne pas jamais sin nunca`,
)
const NEGATED = 0x5bd1e995

/** Builds the table; row `i` is `terms[i]`. Terms that read as nothing are never found. */
export function createTermTable(terms: readonly Term[], options: { negation: boolean }): TermTable {
  const index = createRowIndex(terms)
  return {
    count: (words, from, to, counts, hits) => {
      const { hashes } = words
      let hitCount = 0
      let reach = 0
      let previous = 0
      for (let i = from; i < to; i++) {
        const hash = hashes[i] as number
        const single = index.find(reach > 0 ? negatedHash(hash) : hash)
        const pair = i > from ? index.find(pairHash(previous, hash)) : -1
        if (single >= 0) hitCount = hit(single, counts, hits, hitCount)
        if (pair >= 0) hitCount = hit(pair, counts, hits, hitCount)
        reach = options.negation && NEGATORS.has(hash) ? NEGATION_REACH : reach - 1
        previous = hash
      }
      return hitCount
    },
  }
}

function hit(row: number, counts: Int32Array, hits: Int32Array, hitCount: number): number {
  const before = counts[row] as number
  counts[row] = before + 1
  if (before > 0) return hitCount
  hits[hitCount] = row
  return hitCount + 1
}

/** Row of a term's hash, or -1. */
interface RowIndex {
  readonly find: (key: number) => number
}

/** Open addressing behind a filter by the upper half of the hash, since most words are no term. */
function createRowIndex(terms: readonly Term[]): RowIndex {
  const slots = nextPowerOfTwo(terms.length * 4 + 4)
  const keys = new Int32Array(slots)
  const rows = new Int32Array(slots).fill(-1)
  const mayHold = new Uint8Array(0x10000)
  const slotOf = (key: number): number => {
    let slot = key & (slots - 1)
    while (rows[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (slots - 1)
    return slot
  }
  const scan = createWordScanner()
  terms.forEach((term, row) => {
    const key = termHash(term, scan)
    const slot = slotOf(key)
    keys[slot] = key
    rows[slot] = row
    mayHold[key >>> 16] = 1
  })
  return { find: (key) => (mayHold[key >>> 16] === 0 ? -1 : (rows[slotOf(key)] as number)) }
}

/** The terms of a text as they are written in weights; for training. */
export function listTerms(text: string, options: { negation: boolean }): Term[] {
  const words = createWordScanner()(text)
  const terms: Term[] = []
  let reach = 0
  let previous: string | undefined
  for (let i = 0; i < words.count; i++) {
    const units = words.units.subarray(words.starts[i], words.ends[i])
    const word = String.fromCharCode(...units.subarray(0, 64))
    terms.push(reach > 0 ? `~${word}` : word)
    if (previous !== undefined) terms.push(`${previous} ${word}`)
    reach = options.negation && NEGATORS.has(words.hashes[i] as number) ? NEGATION_REACH : reach - 1
    previous = word
  }
  return terms
}

function termHash(term: Term, scan: WordScanner): number {
  const words = scan(term)
  const first = words.hashes[0] as number
  if (term.startsWith('~')) return negatedHash(first)
  return words.count > 1 ? pairHash(first, words.hashes[1] as number) : first
}

function negatedHash(hash: number): number {
  return mix(hash ^ NEGATED)
}

function hashesOf(list: string): ReadonlySet<number> {
  const words = createWordScanner()(list)
  return new Set(words.hashes.subarray(0, words.count))
}

function nextPowerOfTwo(least: number): number {
  let size = 1
  while (size < least) size *= 2
  return size
}
