import type { TermWeights } from '../ports/vector-index.ts'

/*
 * Words of a text for search by words, after BM25: a word that stands more often weighs more, and less in a long text. How
 * rare it is among all texts is found out when it is searched for. Words are kept as hashes of 32 bits, which is enough to
 * find them and too little to read them; of 100,000 different words about one has the hash of another.
 */

/** How soon more of a word makes no difference, and how much the length of a text counts: the usual values. */
const saturation = 1.2
const byLength = 0.75
/** Words of a text of usual length. Chunks have up to 512 tokens. */
const usualWords = 256

/** Kinds of UTF-16 units. */
const gap = 0
const inWord = 1
const wordByItself = 2
const unknown = 3

const kinds = new Uint8Array(65_536).fill(unknown)

/** Scripts that put no spaces between words. */
const unspaced =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]$/u

const kindOf = (unit: number): number => {
  const known = kinds[unit] as number
  if (known !== unknown) return known
  const character = String.fromCharCode(unit)
  // Halves of a pair count as letters: what is beyond the basic plane is told apart well enough.
  const isLetter = (unit & 0xf800) === 0xd800 || /[\p{L}\p{N}\p{M}]/u.test(character)
  const kind = unspaced.test(character) ? wordByItself : isLetter ? inWord : gap
  kinds[unit] = kind
  return kind
}

/** Letters whose form depends on the keyboard are brought to one, which only text beyond ASCII needs. */
const folded = (text: string): string => {
  const lower = text.toLowerCase()
  // eslint-disable-next-line no-control-regex
  return /[^\u0000-\u007f]/.test(lower) ? lower.normalize('NFKC') : lower
}

const offsetBasis = 0x811c9dc5
const prime = 0x01000193

/** Spreads what differs in the last letters over all bits. */
const mixed = (hash: number): number => {
  let value = hash ^ (hash >>> 16)
  value = Math.imul(value, 0x85ebca6b)
  value ^= value >>> 13
  value = Math.imul(value, 0xc2b2ae35)
  return (value ^ (value >>> 16)) >>> 0
}

let scratch = new Uint32Array(1024)

const push = (count: number, hash: number): number => {
  if (count === scratch.length) {
    const larger = new Uint32Array(scratch.length * 2)
    larger.set(scratch)
    scratch = larger
  }
  scratch[count] = mixed(hash)
  return count + 1
}

/** Hashes of the words in the order of the text, in {@link scratch}; answers how many. */
const readWords = (text: string): number => {
  let count = 0
  let hash = offsetBasis
  let open = false
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index)
    const kind = kindOf(unit)
    if (kind === inWord) {
      hash = Math.imul(hash ^ unit, prime)
      open = true
      continue
    }
    if (open) count = push(count, hash)
    if (kind === wordByItself) count = push(count, Math.imul(offsetBasis ^ unit, prime))
    hash = offsetBasis
    open = false
  }
  return open ? push(count, hash) : count
}

/** The different words of a text, by hash, with their weights. */
export const termWeights = (text: string): TermWeights => {
  const words = readWords(folded(text))
  const sorted = scratch.subarray(0, words).sort()
  const terms = new Uint32Array(words)
  const weights = new Float32Array(words)
  const damping = saturation * (1 - byLength + (byLength * words) / usualWords)
  let distinct = 0
  for (let from = 0; from < words;) {
    let to = from + 1
    while (to < words && sorted[to] === sorted[from]) to += 1
    terms[distinct] = sorted[from] as number
    weights[distinct] = ((to - from) * (saturation + 1)) / (to - from + damping)
    distinct += 1
    from = to
  }
  return { terms: terms.slice(0, distinct), weights: weights.slice(0, distinct) }
}

/** The different words of a query. */
export const termsOf = (text: string): Uint32Array => termWeights(text).terms
