import { CLASSES, TOKEN, UNSPACED } from './char-classes.ts'
import { unitsOf } from './units.ts'

/** A value to be found wherever it stands as whole words. */
export interface Term {
  readonly value: string
  readonly type: string
  readonly recogniser: string
  readonly score: number
}

export interface TermHit {
  readonly start: number
  readonly end: number
  readonly term: Term
}

interface Entry {
  readonly words: readonly string[]
  readonly term: Term
}

/** Many terms at once, found in one pass whatever their number. */
export interface TermIndex {
  readonly find: (text: string) => readonly TermHit[]
}

const MAX_WORDS = 12
const MAX_WORD = 128
const BUCKETS = 4096
const MAX_GAP = 3

const fold = (text: string) => text.normalize('NFC').toLowerCase()

const wordEnd = (text: string, from: number): number => {
  let at = from
  while (at < text.length && (CLASSES[text.charCodeAt(at)]! & TOKEN) !== 0) at++
  return at
}

const plain = (code: number): number => (code < 128 ? code | 32 : 0)

/** By first two letters, last letter and length. Without case; letters beyond ASCII share what they share. */
const shape = (first: number, second: number, last: number, length: number): number =>
  (plain(first) * 1237 + (length > 1 ? plain(second) * 331 : 0) + plain(last) * 61 + length) &
  (BUCKETS - 1)

const shapeOf = (word: string): number =>
  shape(
    word.charCodeAt(0),
    word.length > 1 ? word.charCodeAt(1) : 0,
    word.charCodeAt(word.length - 1),
    word.length,
  )

const wordsOf = (value: string): string[] => {
  const words: string[] = []
  const text = fold(value)
  for (let at = 0; at < text.length;) {
    const end = wordEnd(text, at)
    if (end > at) words.push(text.slice(at, end))
    at = Math.max(end, at + 1)
  }
  return words.slice(0, MAX_WORDS)
}

/** Words between which only a few blanks, dots, commas or dashes stand. */
const nextWord = (text: string, from: number): number => {
  let at = from
  while (at < text.length && at - from <= MAX_GAP && (CLASSES[text.charCodeAt(at)]! & TOKEN) === 0)
    at++
  return at - from > MAX_GAP || at === from ? -1 : at
}

/** Trie step by step: the rest of an entry is compared word by word, so a hit costs at most {@link MAX_WORDS} words. */
class WordTrie {
  readonly next = new Map<string, WordTrie>()
  entry: Entry | undefined
}

const insert = (root: WordTrie, entry: Entry): void => {
  let node = root
  for (const word of entry.words) {
    let child = node.next.get(word)
    if (!child) node.next.set(word, (child = new WordTrie()))
    node = child
  }
  node.entry ??= entry
}

const longest = (text: string, start: number, end: number, root: WordTrie): TermHit | undefined => {
  let node = root.next.get(fold(text.slice(start, end)))
  let hit: TermHit | undefined
  for (let at = end; node;) {
    if (node.entry) hit = { start, end: at, term: node.entry.term }
    if (node.next.size === 0) return hit
    const from = nextWord(text, at)
    if (from < 0) return hit
    at = wordEnd(text, from)
    node = at - from > 128 ? undefined : node.next.get(fold(text.slice(from, at)))
  }
  return hit
}

const isUnspaced = (value: string): boolean => {
  for (let at = 0; at < value.length; at++)
    if ((CLASSES[value.charCodeAt(at)]! & UNSPACED) !== 0) return true
  return false
}

/** Builds a {@link TermIndex}. Terms without a letter or digit are ignored. */
export const termIndex = (terms: readonly Term[]): TermIndex => {
  const root = new WordTrie()
  const shapes = new Uint8Array(BUCKETS)
  let unspaced: Term[] = []
  for (const term of terms) {
    const words = wordsOf(term.value)
    if (words.length === 0) continue
    if (isUnspaced(term.value)) unspaced.push(term)
    insert(root, { words, term })
    for (const form of [words[0]!, words[0]!.normalize('NFD')]) shapes[shapeOf(form)] = 1
  }
  unspaced = unspaced.slice(0, 64)
  return {
    find: (text) => {
      const hits = findWords(text, root, shapes)
      if (unspaced.length > 0) hits.push(...findUnspaced(text, unspaced))
      return hits
    },
  }
}

const findWords = (text: string, root: WordTrie, shapes: Uint8Array): TermHit[] => {
  const hits: TermHit[] = []
  const classes = CLASSES
  const units = unitsOf(text)
  const { length } = text
  for (let at = 0; at < length;) {
    const start = at
    while (at < length && (classes[units[at]!]! & TOKEN) !== 0) at++
    if (at === start) {
      at++
      continue
    }
    if (at - start > MAX_WORD) continue
    if (shapes[shape(units[start]!, units[start + 1]!, units[at - 1]!, at - start)] === 0) continue
    const hit = longest(text, start, at, root)
    if (!hit) continue
    hits.push(hit)
    at = hit.end
  }
  return hits
}

/** Scripts without spaces: a term is found wherever its characters stand. At most 64 such terms. */
function* findUnspaced(text: string, terms: readonly Term[]): Generator<TermHit> {
  for (const term of terms) {
    for (
      let at = text.indexOf(term.value);
      at >= 0;
      at = text.indexOf(term.value, at + term.value.length)
    )
      yield { start: at, end: at + term.value.length, term }
  }
}
