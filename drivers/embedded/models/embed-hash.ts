import { createTermCounts } from './term-counts.ts'
import type { TermCounts } from './term-counts.ts'
import { createWordScanner, mix } from './word-scanner.ts'
import type { ScannedWords } from './word-scanner.ts'

/** Width of the vectors of `embed-hash`. */
export const EMBED_DIMENSIONS = 384

/** Turns texts into unit vectors, one row of {@link EMBED_DIMENSIONS} floats per text, in the order of the texts. */
export type HashEmbedder = (texts: readonly string[]) => Float32Array<ArrayBuffer>

/**
 * A hashing embedding that needs no weights.
 *
 * Every distinct word, every pair of neighbouring words and every run of four units inside a padded word adds to a
 * dimension, with a sign, both picked by a hash (Weinberger et al. 2009, feature hashing). A feature seen n times counts √n; function words and
 * short words count less. Rows have length 1; a text without any word gets the first basis vector.
 * Only +, -, ×, ÷, √ and 32-bit integer arithmetic are used, so the bytes are the same on every platform.
 *
 * An embedder holds scratch buffers: use one per thread.
 */
export function createHashEmbedder(): HashEmbedder {
  const scan = createWordScanner()
  const counts = createTermCounts()
  const sums = new Float64Array(EMBED_DIMENSIONS)
  return (texts) => {
    const rows = new Float32Array(texts.length * EMBED_DIMENSIONS)
    texts.forEach((text, row) => {
      sums.fill(0)
      addText(scan(text), counts, sums)
      writeUnit(sums, rows, row * EMBED_DIMENSIONS)
    })
    return rows
  }
}

const GRAM_WEIGHT = 0.75
const PAD = 0x5f
/** Longer words give their first units only: a word of a megabyte says no more than its start. */
const MAX_GRAM_UNITS = 64

function addText(words: ScannedWords, counts: TermCounts, sums: Float64Array): void {
  counts.count(words)
  for (let term = 0; term < counts.size; term++) {
    const weight = (counts.weights[term] as number) * Math.sqrt(counts.times[term] as number)
    const word = counts.words[term] as number
    addFeature(sums, counts.keys[term] as number, weight)
    if (word >= 0) addGrams(words, word, weight, sums)
  }
}

function addFeature(sums: Float64Array, hash: number, weight: number): void {
  const at = (((hash >>> 1) * EMBED_DIMENSIONS) / 0x80000000) | 0
  sums[at] = (sums[at] as number) + (hash & 1 ? weight : -weight)
}

/** Adds the 4-unit runs of `_word_`. Shared out so that long words do not drown short ones. */
function addGrams(words: ScannedWords, word: number, weight: number, sums: Float64Array): void {
  const { units } = words
  const start = words.starts[word] as number
  const end = Math.min(words.ends[word] as number, start + MAX_GRAM_UNITS)
  if (end - start < 3) return
  const each = (weight * GRAM_WEIGHT) / Math.sqrt(end - start - 1)
  for (let last = start + 2; last <= end; last++) {
    const first = last - 3 < start ? PAD : (units[last - 3] as number)
    const left = (first << 16) | (units[last - 2] as number)
    const right = ((units[last - 1] as number) << 16) | (last < end ? (units[last] as number) : PAD)
    addFeature(sums, mix(Math.imul(left, 0x9e3779b1) ^ Math.imul(right, 0x85ebca77)), each)
  }
}

function writeUnit(sums: Float64Array, rows: Float32Array, offset: number): void {
  let square = 0
  for (const sum of sums) square += sum * sum
  if (square === 0) {
    rows[offset] = 1
    return
  }
  const scale = 1 / Math.sqrt(square)
  for (let i = 0; i < EMBED_DIMENSIONS; i++) rows[offset + i] = (sums[i] as number) * scale
}
