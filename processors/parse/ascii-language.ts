/** eld's table: n-gram to scores by number of language. Its numbers are 53 less than the score, to be shorter. */
export interface NgramTable {
  readonly languages: Readonly<Record<string, string>>
  readonly ngrams: Readonly<Record<string, Readonly<Record<string, number>>>>
}

const LEAST_SCORE = 53
const LONGEST_WORD = 70
const MOST_WORDS = 1 << 15
/** Longer samples are cut by eld, and left to it. */
const LONGEST_SAMPLE = 300

const isLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122
/** They belong to the word behind them: `don't`. */
const isQuote = (code: number) => code === 39 || code === 96

/** Languages by number and their scores for one n-gram. */
interface Ngram {
  /** The last sample that counted it: each counts once. */
  seen: number
  readonly languages: Uint8Array
  readonly scores: Uint16Array
}

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

/**
 * eld's answer for plain samples, from eld's own table, with the n-grams of words kept: texts are made of the same words again and
 * again.
 */
export class AsciiLanguage {
  readonly #table: NgramTable
  readonly #codes: readonly string[]
  readonly #ngrams = new Map<string, Ngram>()
  readonly #words = new Map<string, readonly Ngram[]>()
  readonly #totals: Float64Array
  #sample = 0

  constructor(table: NgramTable) {
    this.#table = table
    this.#codes = Object.values(table.languages)
    this.#totals = new Float64Array(this.#codes.length)
  }

  /** ISO 639-1 code; undefined where no language has a score, or where there are fewer than `least` letters. */
  detect(sample: string, least = 1): string | undefined {
    let letters = 0
    for (let at = 0; at < sample.length && letters < least; at++)
      if (isLetter(sample.charCodeAt(at))) letters++
    if (letters < least) return undefined
    this.#totals.fill(0)
    this.#sample++
    this.#addWords(sample.toLowerCase())
    return this.#best()
  }

  #addWords(text: string): void {
    let start = 0
    for (let at = 0; at < text.length;) {
      if (isLetter(text.charCodeAt(at))) {
        at++
        continue
      }
      const gap = at
      while (at < text.length && !isLetter(text.charCodeAt(at))) at++
      let end = at
      while (end > gap && isQuote(text.charCodeAt(end - 1))) end--
      if (end === gap) continue
      if (gap > start) this.#addWord(text.slice(start, gap))
      start = end
    }
    if (start < text.length) this.#addWord(text.slice(start))
  }

  #addWord(word: string): void {
    let ngrams = this.#words.get(word)
    if (ngrams === undefined) {
      if (this.#words.size >= MOST_WORDS) this.#words.clear()
      ngrams = [...cut(word)].flatMap((piece) => this.#ngram(piece) ?? [])
      this.#words.set(word, ngrams)
    }
    for (const ngram of ngrams) {
      if (ngram.seen === this.#sample) continue
      ngram.seen = this.#sample
      const { languages, scores } = ngram
      for (let k = 0; k < languages.length; k++) this.#totals[languages[k]!]! += scores[k]!
    }
  }

  #ngram(piece: string): Ngram | undefined {
    const known = this.#ngrams.get(piece)
    if (known) return known
    const scores = Object.hasOwn(this.#table.ngrams, piece) ? this.#table.ngrams[piece] : undefined
    if (!scores) return undefined
    const ngram = {
      seen: 0,
      languages: Uint8Array.from(Object.keys(scores), Number),
      scores: Uint16Array.from(Object.values(scores), (score) => score + LEAST_SCORE),
    }
    this.#ngrams.set(piece, ngram)
    return ngram
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
