import { FOLDED, JOINER, SEPARATOR, standsAlone } from './fold.ts'

/** The most UTF-16 units that an embedded model reads of one text; what follows is ignored. */
export const MAX_UNITS = 32_768

/**
 * The words of one text, as arrays that are overwritten by the next scan.
 *
 * Word `i` has the hash `hashes[i]` and the folded units `units[starts[i]] .. units[ends[i] - 1]`. `from[i]` is the
 * offset of its first unit in the text.
 */
export interface ScannedWords {
  count: number
  readonly hashes: Int32Array
  readonly starts: Int32Array
  readonly ends: Int32Array
  readonly from: Int32Array
  readonly units: Uint16Array
}

/** Reads the words of `text.slice(start, end)`; the result is valid until the next call. */
export type WordScanner = (text: string, start?: number, end?: number) => ScannedWords

/** Makes a scanner with its own buffers (about 0.6 MB). One scanner belongs to one thread. */
export function createWordScanner(): WordScanner {
  const words: ScannedWords = {
    count: 0,
    hashes: new Int32Array(MAX_UNITS),
    starts: new Int32Array(MAX_UNITS),
    ends: new Int32Array(MAX_UNITS),
    from: new Int32Array(MAX_UNITS),
    units: new Uint16Array(MAX_UNITS),
  }
  return (text, start = 0, end = text.length) => {
    scan(text, start, Math.min(end, start + MAX_UNITS), words)
    return words
  }
}

/**
 * A word ends before a separator, and before and after a unit that stands alone; the two halves of a surrogate pair
 * stay together.
 */
function scan(text: string, start: number, end: number, words: ScannedWords): void {
  const { hashes, starts, ends, from, units } = words
  let count = 0
  let length = 0
  let wordStart = 0
  let hash = FNV_BASIS
  let afterAlone = false
  let afterHigh = false
  for (let at = start; at <= end; at++) {
    const unit = at < end ? text.charCodeAt(at) : 0x20
    const folded = FOLDED[unit] as number
    if (folded === JOINER) continue
    const alone = unit >= 0x2e80 && standsAlone(unit)
    const pairs = afterHigh && (unit & 0xfc00) === 0xdc00
    const boundary = folded === SEPARATOR || ((alone || afterAlone) && !pairs)
    if (boundary && length > wordStart) {
      hashes[count] = mix(hash)
      starts[count] = wordStart
      ends[count++] = length
      wordStart = length
      hash = FNV_BASIS
    }
    afterAlone = alone
    afterHigh = (unit & 0xfc00) === 0xd800
    if (folded === SEPARATOR) continue
    if (length === wordStart) from[count] = at
    hash = Math.imul(hash ^ folded, FNV_PRIME)
    units[length++] = folded
  }
  words.count = count
}

const FNV_BASIS = 0x811c9dc5 | 0
const FNV_PRIME = 0x01000193

/** Spreads the entropy of a 32-bit hash over all its bits (the finaliser of MurmurHash3). */
export function mix(hash: number): number {
  let h = hash
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return h ^ (h >>> 16)
}

/** Hash of two neighbouring words as one term; the order matters. */
export function pairHash(first: number, second: number): number {
  return mix(Math.imul(first, 0x9e3779b1) ^ second)
}
