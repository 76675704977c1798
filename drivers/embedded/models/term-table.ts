import { createWordScanner, mix, pairHash } from './word-scanner.ts'
import type { ScannedWords, WordScanner } from './word-scanner.ts'

/** How a term is written: `word`, `two words`, or `~word` for a word within reach of a negation. */
export type Term = string

/** Finds known terms among scanned words. */
export interface TermTable {
  /**
   * Counts, in `counts[row]`, how often the term of each row occurs in words `from` to `to`, and lists the rows that
   * were hit for the first time. The caller sets the counts of the listed rows back to 0.
   */
  readonly count: (words: ScannedWords, from: number, to: number, counts: Int32Array) => number[]
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
  const slots = nextPowerOfTwo(terms.length * 4 + 4)
  const keys = new Int32Array(slots)
  const rows = new Int32Array(slots).fill(-1)
  const find = (key: number): number => {
    let slot = key & (slots - 1)
    while (rows[slot] !== -1 && keys[slot] !== key) slot = (slot + 1) & (slots - 1)
    return slot
  }
  const scan = createWordScanner()
  terms.forEach((term, row) => {
    const slot = find(termHash(term, scan))
    keys[slot] = termHash(term, scan)
    rows[slot] = row
  })
  return {
    count: (words, from, to, counts) => {
      const hits: number[] = []
      const hit = (key: number): void => {
        const row = rows[find(key)] as number
        if (row < 0) return
        const before = counts[row] as number
        if (before === 0) hits.push(row)
        counts[row] = before + 1
      }
      let reach = 0
      for (let i = from; i < to; i++) {
        const hash = words.hashes[i] as number
        hit(reach > 0 ? negatedHash(hash) : hash)
        if (i > from) hit(pairHash(words.hashes[i - 1] as number, hash))
        reach = options.negation && NEGATORS.has(hash) ? NEGATION_REACH : reach - 1
      }
      return hits
    },
  }
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
