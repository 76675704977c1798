import { isSpace } from './is-space.ts'

/** Words of one shingle. A text of fewer words is one shingle. */
export const SHINGLE_WORDS = 5
/** Numbers of a signature. The estimated similarity is off by about 1 / √128, which is 0.09. */
export const SIGNATURE_LENGTH = 128
/** Rows of one band: 16 bands of 8. Texts of similarity s share a key with a chance of 1 - (1 - s⁸)¹⁶: 0.06 at 0.5, 0.6 at 0.7, 0.95 at 0.8. */
export const BAND_ROWS = 8

/** Odd factors and offsets of the permutations, by a fixed generator, so that signatures are equal everywhere and for ever. */
const FACTORS = new Uint32Array(SIGNATURE_LENGTH)
const OFFSETS = new Uint32Array(SIGNATURE_LENGTH)
let seed = 0x9e3779b9
for (let i = 0; i < SIGNATURE_LENGTH; i++) {
  FACTORS[i] = next() | 1
  OFFSETS[i] = next()
}

function next(): number {
  seed = (seed + 0x6d2b79f5) | 0
  return scramble(seed)
}

/** The finaliser of MurmurHash3: every bit of the input moves every bit of the output. */
function scramble(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x85ebca6b)
  mixed ^= mixed >>> 13
  mixed = Math.imul(mixed, 0xc2b2ae35)
  return (mixed ^ (mixed >>> 16)) >>> 0
}

/**
 * MinHash of a text: 128 numbers, as many of which are equal in two texts as the share of shingles (runs of five words, small
 * letters) that they have in common (Broder 1997). Undefined for a text without words.
 */
export function minHash(text: string): Uint32Array | undefined {
  const words = wordHashes(text)
  if (words.length === 0) return undefined
  const signature = new Uint32Array(SIGNATURE_LENGTH).fill(0xffffffff)
  const last = Math.max(1, words.length - SHINGLE_WORDS + 1)
  for (let first = 0; first < last; first++) {
    let shingle = 0
    const end = Math.min(words.length, first + SHINGLE_WORDS)
    for (let i = first; i < end; i++) shingle = Math.imul(shingle, 0x01000193) ^ words[i]!
    shingle = scramble(shingle)
    for (let i = 0; i < SIGNATURE_LENGTH; i++) {
      const value = scramble((Math.imul(shingle, FACTORS[i]!) + OFFSETS[i]!) | 0)
      if (value < signature[i]!) signature[i] = value
    }
  }
  return signature
}

/** FNV-1a of each word: what stands between white space, in small letters, in NFC. */
function wordHashes(text: string): number[] {
  const even = text.normalize('NFC').toLowerCase()
  const hashes: number[] = []
  let hash = 0
  let inWord = false
  for (let i = 0; i <= even.length; i++) {
    const unit = i < even.length ? even.charCodeAt(i) : 0x20
    if (isSpace(unit)) {
      if (inWord) hashes.push(hash)
      inWord = false
      continue
    }
    if (!inWord) hash = 0x811c9dc5 | 0
    inWord = true
    hash = Math.imul(hash ^ (unit & 0xff), 0x01000193)
    hash = Math.imul(hash ^ (unit >>> 8), 0x01000193)
  }
  return hashes
}

/** Estimated share of shingles in common (Jaccard), 0 to 1. */
export function similarity(a: Uint32Array, b: Uint32Array): number {
  let equal = 0
  for (let i = 0; i < SIGNATURE_LENGTH; i++) if (a[i] === b[i]) equal++
  return equal / SIGNATURE_LENGTH
}

/** One key per band, as hex with the number of the band before it: near-duplicates are looked for among those that share one. */
export function bandKeys(signature: Uint32Array): readonly string[] {
  return Array.from({ length: SIGNATURE_LENGTH / BAND_ROWS }, (_, band) => {
    let high = band
    let low = ~band
    for (let i = band * BAND_ROWS; i < (band + 1) * BAND_ROWS; i++) {
      high = scramble(Math.imul(high, 31) ^ signature[i]!)
      low = scramble(Math.imul(low, 33) ^ signature[i]!)
    }
    return `${hex(band, 2)}${hex(high, 8)}${hex(low, 8)}`
  })
}

const hex = (value: number, digits: number): string =>
  (value >>> 0).toString(16).padStart(digits, '0')

/** The band keys of a text; none of one without words. */
export function nearKeys(text: string): readonly string[] {
  const signature = minHash(text)
  return signature === undefined ? [] : bandKeys(signature)
}
