import { FUNCTION_WORDS } from './function-words.ts'
import { MAX_UNITS, pairHash } from './word-scanner.ts'
import type { ScannedWords } from './word-scanner.ts'

/** The distinct words and word pairs of one text, in the order of their first occurrence. */
export interface TermCounts {
  size: number
  readonly keys: Int32Array
  readonly times: Int32Array
  /** What one occurrence weighs. */
  readonly weights: Float64Array
  /** Index of the word in the scan, -1 for a pair. */
  readonly words: Int32Array
  /** Counts the terms of a scan; replaces what was counted before. */
  readonly count: (words: ScannedWords) => void
}

const PAIR_WEIGHT = 0.35
const FUNCTION_WORD_WEIGHT = 0.15
/** Weight by length of a word in units: short words say less. The last one holds for all longer words. */
const LENGTH_WEIGHTS = [0, 0.25, 0.35, 0.6, 0.8, 1, 1.1, 1.2, 1.25]

/** Each unit may be a word, and each word makes a pair with the one before it. */
const MAX_TERMS = MAX_UNITS * 2
/** A power of two, and twice the most terms, so that the table is never more than half full. */
const SLOTS = MAX_TERMS * 2
/**
 * Keys that do not find a slot after this many steps are listed again instead of counted: made-up texts whose words
 * collide then cost no more than others.
 */
const MAX_STEPS = 16

/** Makes a counter with its own table (about 2 MB). One counter belongs to one thread. */
export function createTermCounts(): TermCounts {
  const slots = new Int32Array(SLOTS)
  const used = new Int32Array(MAX_TERMS)
  const counts: TermCounts = {
    size: 0,
    keys: new Int32Array(MAX_TERMS),
    times: new Int32Array(MAX_TERMS),
    weights: new Float64Array(MAX_TERMS),
    words: new Int32Array(MAX_TERMS),
    count: (words) => {
      for (let i = 0; i < counts.size; i++) slots[used[i] as number] = 0
      counts.size = 0
      countTerms(words, counts, slots, used)
    },
  }
  return counts
}

function countTerms(
  words: ScannedWords,
  counts: TermCounts,
  slots: Int32Array,
  used: Int32Array,
): void {
  let previous = 0
  let previousWeight = 0
  for (let i = 0; i < words.count; i++) {
    const hash = words.hashes[i] as number
    const weight = wordWeight(hash, (words.ends[i] as number) - (words.starts[i] as number))
    add(counts, slots, used, hash, weight, i)
    const pair = weight * previousWeight * PAIR_WEIGHT
    if (pair > MIN_PAIR_WEIGHT) add(counts, slots, used, pairHash(previous, hash), pair, -1)
    previous = hash
    previousWeight = weight
  }
}

/** Pairs of two function words say nothing and are left out. */
const MIN_PAIR_WEIGHT = 0.02

function wordWeight(hash: number, length: number): number {
  if (FUNCTION_WORDS.has(hash)) return FUNCTION_WORD_WEIGHT
  return LENGTH_WEIGHTS[Math.min(length, LENGTH_WEIGHTS.length - 1)] as number
}

function add(
  counts: TermCounts,
  slots: Int32Array,
  used: Int32Array,
  key: number,
  weight: number,
  word: number,
): void {
  let slot = key & (SLOTS - 1)
  for (let step = 0; step < MAX_STEPS; step++) {
    const term = (slots[slot] as number) - 1
    if (term < 0) break
    if (counts.keys[term] === key) {
      counts.times[term] = (counts.times[term] as number) + 1
      return
    }
    slot = (slot + 1) & (SLOTS - 1)
  }
  const term = counts.size++
  if (slots[slot] === 0) slots[slot] = term + 1
  used[term] = slot
  counts.keys[term] = key
  counts.times[term] = 1
  counts.weights[term] = weight
  counts.words[term] = word
}
