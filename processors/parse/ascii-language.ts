/** eld's table: n-gram to scores by number of language. Its numbers are 53 less than the score, to be shorter. */
export interface NgramTable {
  readonly languages: Readonly<Record<string, string>>
  readonly ngrams: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const LEAST_SCORE = 53
const LONGEST_WORD = 70
const SLOTS = 1 << 15
/** Most slots in use, so that a free one is near. */
const MOST_WORDS = 1 << 14
const RECORDS = 1 << 18
/** Longer samples are cut by eld, and left to it. */
const LONGEST_SAMPLE = 300

const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122
/** They belong to the word behind them: `don't`. */
const isQuote = (code: number) => code === 39 || code === 96

/** What eld cuts a word into: four letters every three, with a blank where the word begins or ends. */
const cut = (word: string): Set<string> => {
  const length = Math.min(word.length, LONGEST_WORD)
  const pieces = new Set<string>()
  let at = 0
  for (; at + 4 < length; at += 3) pieces.add((at === 0 ? ' ' : '') + word.slice(at, at + 4))
  pieces.add(`${at === 0 ? ' ' : ''}${word.slice(length === 3 ? 0 : Math.max(0, length - 4))} `)
  return pieces
}

/** Of ASCII, and short enough for eld to read to its end. */
export const isPlainSample = (sample: string): boolean => {
  if (sample.length > LONGEST_SAMPLE) return false
  for (let at = 0; at < sample.length; at++) if (sample.charCodeAt(at) > 127) return false
  return true
}

const HASH_SEED = 0x811c9dc5
const HASH_PRIME = 0x01000193

/**
 * eld's answer for plain samples, from eld's own table, with the n-grams of words kept: texts are made of the same words again and
 * again. Words are known by their letters in place, so that one seen before costs no string.
 *
 * A record is the length of a word, the number of its n-grams, their numbers, and its letters.
 */
export class AsciiLanguage {
  readonly #table: NgramTable
  readonly #codes: readonly string[]
  readonly #totals: Float64Array
  /** Where the record of a word is; 0 is a free slot. */
  readonly #slots = new Int32Array(SLOTS)
  readonly #records = new Int32Array(RECORDS)
  #used = 1
  #words = 0
  readonly #ngrams = new Map<string, number>()
  /** By number of an n-gram: where its scores begin, and the last sample that counted it, as each counts once. */
  readonly #firstScore: number[] = [0]
  readonly #seen: number[] = []
  /** `score << 8 | language`. */
  readonly #scores: number[] = []
  readonly #letters = new Uint8Array(LONGEST_SAMPLE)
  #sample = 0

  constructor(table: NgramTable) {
    this.#table = table
    this.#codes = Object.values(table.languages)
    this.#totals = new Float64Array(this.#codes.length)
  }

  /** ISO 639-1 code; undefined where no language has a score, or where there are fewer than `least` letters. */
  detect(sample: string, least = 1): string | undefined {
    let letters = 0
    for (let at = 0; at < sample.length; at++) {
      const code = sample.charCodeAt(at)
      const letter = isLetter(code)
      if (letter) letters++
      this.#letters[at] = letter ? code | 32 : code
    }
    if (letters < least) return undefined
    this.#totals.fill(0)
    this.#sample++
    this.#addWords(sample.length)
    return this.#best()
  }

  #addWords(length: number): void {
    const letters = this.#letters
    let start = 0
    for (let at = 0; at < length;) {
      if (isLetter(letters[at]!)) {
        at++
        continue
      }
      const gap = at
      while (at < length && !isLetter(letters[at]!)) at++
      let end = at
      while (end > gap && isQuote(letters[end - 1]!)) end--
      if (end === gap) continue
      if (gap > start) this.#addWord(start, gap)
      start = end
    }
    if (start < length) this.#addWord(start, length)
  }

  #addWord(start: number, end: number): void {
    const records = this.#records
    const record = this.#recordOf(start, end)
    const last = record + 2 + records[record + 1]!
    for (let at = record + 2; at < last; at++) {
      const ngram = records[at]!
      if (this.#seen[ngram] === this.#sample) continue
      this.#seen[ngram] = this.#sample
      const stop = this.#firstScore[ngram + 1]!
      for (let k = this.#firstScore[ngram]!; k < stop; k++) {
        const score = this.#scores[k]!
        this.#totals[score & 0xff]! += score >> 8
      }
    }
  }

  #recordOf(start: number, end: number): number {
    let hash = HASH_SEED
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ this.#letters[at]!, HASH_PRIME)
    let slot = (hash ^ (hash >>> 15)) & (SLOTS - 1)
    for (let record = this.#slots[slot]!; record !== 0; record = this.#slots[slot]!) {
      if (this.#isWord(record, start, end)) return record
      slot = (slot + 1) & (SLOTS - 1)
    }
    return this.#addRecord(slot, start, end)
  }

  #isWord(record: number, start: number, end: number): boolean {
    const records = this.#records
    if (records[record] !== end - start) return false
    const first = record + 2 + records[record + 1]!
    for (let at = start; at < end; at++)
      if (records[first + at - start] !== this.#letters[at]) return false
    return true
  }

  #addRecord(slot: number, start: number, end: number): number {
    const letters = this.#letters.subarray(start, end)
    const ngrams = [...cut(String.fromCharCode(...letters))].flatMap((piece) => this.#ngram(piece))
    if (this.#words === MOST_WORDS || this.#used + 2 + ngrams.length + letters.length > RECORDS) {
      this.#slots.fill(0)
      this.#used = 1
      this.#words = 0
    }
    const record = this.#used
    this.#slots[slot] = record
    this.#records.set([letters.length, ngrams.length, ...ngrams, ...letters], record)
    this.#used += 2 + ngrams.length + letters.length
    this.#words++
    return record
  }

  /** The number of an n-gram that eld knows. */
  #ngram(piece: string): number | readonly [] {
    const known = this.#ngrams.get(piece)
    if (known !== undefined) return known
    const scores = Object.hasOwn(this.#table.ngrams, piece) ? this.#table.ngrams[piece] : undefined
    if (!scores) return []
    const number = this.#seen.length
    for (const [language, score] of Object.entries(scores))
      this.#scores.push(((score + LEAST_SCORE) << 8) | Number(language))
    this.#ngrams.set(piece, number)
    this.#seen.push(0)
    this.#firstScore.push(this.#scores.length)
    return number
  }

  #best(): string | undefined {
    let best = -1
    let most = 0
    for (let k = 0; k < this.#totals.length; k++) {
      if (this.#totals[k]! <= most) continue
      most = this.#totals[k]!
      best = k
    }
    return this.#codes[best]
  }
}
