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

const isAscii = (text: string): boolean => {
  for (let at = 0; at < text.length; at++) if (text.charCodeAt(at) > 127) return false
  return true
}

const fold = (text: string) => (isAscii(text) ? text : text.normalize('NFC')).toLowerCase()

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

/** Six bits for what a word is made of, without case; 0 for what stands between words. */
const FOLDED = CLASSES.map((kind, code) =>
  (kind & TOKEN) === 0 ? 0 : code < 128 ? (code | 32) & 63 : 1,
)
/** Behind these is the table for characters in front of which the word goes on: nothing begins there. */
const PAIRS = 1 << 12

const pairsOf = (word: string): readonly number[] => {
  const first = FOLDED[word.charCodeAt(0)]! << 6
  return word.length > 1
    ? [first | FOLDED[word.charCodeAt(1)]!]
    : Array.from({ length: 64 }, (_, second) => first | second)
}

/** What words that begin a term look like: their first two letters, and their {@link shape}. */
interface Looks {
  readonly pairs: readonly number[]
  readonly shapes: readonly number[]
}

// Always left empty: every document has an index of its own, and making tables for each would cost more than the search.
const knownPairs = new Uint8Array(2 * PAIRS)
const knownShapes = new Uint8Array(BUCKETS)

const mark = ({ pairs, shapes }: Looks, value: 0 | 1): void => {
  for (const at of pairs) knownPairs[at] = value
  for (const at of shapes) knownShapes[at] = value
}

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
  /** Left out where nothing follows, as behind most last words. */
  next: Map<string, WordTrie> | undefined
  entry: Entry | undefined
}

const insert = (root: WordTrie, entry: Entry): void => {
  let node = root
  for (const word of entry.words) {
    node.next ??= new Map<string, WordTrie>()
    let child = node.next.get(word)
    if (!child) node.next.set(word, (child = new WordTrie()))
    node = child
  }
  node.entry ??= entry
}

const longest = (text: string, start: number, end: number, root: WordTrie): TermHit | undefined => {
  let node = root.next?.get(fold(text.slice(start, end)))
  let hit: TermHit | undefined
  for (let at = end; node;) {
    if (node.entry) hit = { start, end: at, term: node.entry.term }
    if (!node.next) return hit
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

/** As it is, and with its accents apart from their letters. */
const formsOf = (word: string): readonly string[] =>
  isAscii(word) ? [word] : [word, word.normalize('NFD')]

/** Builds a {@link TermIndex}. Terms without a letter or digit are ignored. */
export const termIndex = (terms: readonly Term[]): TermIndex => {
  const root = new WordTrie()
  const looks = { pairs: [] as number[], shapes: [] as number[] }
  const unspaced: Term[] = []
  for (const term of terms) {
    const words = wordsOf(term.value)
    if (words.length === 0) continue
    if (isUnspaced(term.value)) unspaced.push(term)
    insert(root, { words, term })
    for (const form of formsOf(words[0]!)) {
      looks.pairs.push(...pairsOf(form))
      looks.shapes.push(shapeOf(form))
    }
  }
  const firsts = byFirstCharacter(unspaced)
  return {
    find: (text) => {
      const hits = findWords(text, root, looks)
      return firsts.size > 0 ? [...hits, ...findUnspaced(text, firsts)] : hits
    },
  }
}

const findWords = (text: string, root: WordTrie, looks: Looks): TermHit[] => {
  mark(looks, 1)
  try {
    return searchWords(text, root)
  } finally {
    mark(looks, 0)
  }
}

/** Looks at the first two letters of every word. One condition for each character: how long words are cannot be foreseen. */
const searchWords = (text: string, root: WordTrie): TermHit[] => {
  const hits: TermHit[] = []
  const units = unitsOf(text)
  const { length } = text
  let inside = 0
  let folded = FOLDED[units[0]!]!
  for (let at = 0; at < length; at++) {
    const next = FOLDED[units[at + 1]!]!
    const known = knownPairs[inside | (folded << 6) | next]!
    inside = ((folded + 63) << 6) & PAIRS
    folded = next
    if (known === 0) continue
    const hit = hitAt(text, units, at, root)
    if (!hit) continue
    hits.push(hit)
    // It ends where a word does.
    at = hit.end - 1
    inside = PAIRS
    folded = FOLDED[units[hit.end]!]!
  }
  return hits
}

const hitAt = (
  text: string,
  units: Uint16Array,
  start: number,
  root: WordTrie,
): TermHit | undefined => {
  let end = start
  while ((CLASSES[units[end]!]! & TOKEN) !== 0) end++
  if (end - start > MAX_WORD) return undefined
  const known = knownShapes[shape(units[start]!, units[start + 1]!, units[end - 1]!, end - start)]
  return known === 0 ? undefined : longest(text, start, end, root)
}

const MOST_UNSPACED = 256

/** By their first character: a text is looked through once for each of these, not for each term. */
const byFirstCharacter = (terms: readonly Term[]): ReadonlyMap<string, readonly Term[]> => {
  const found = new Map<string, Term[]>()
  for (const term of terms.slice(0, MOST_UNSPACED)) {
    const same = found.get(term.value[0]!)
    if (same) same.push(term)
    else found.set(term.value[0]!, [term])
  }
  return found
}

/** Scripts without spaces: a term is found wherever its characters stand. At most {@link MOST_UNSPACED} such terms. */
function* findUnspaced(
  text: string,
  terms: ReadonlyMap<string, readonly Term[]>,
): Generator<TermHit> {
  for (const [first, same] of terms)
    for (let at = text.indexOf(first); at >= 0; at = text.indexOf(first, at + 1))
      for (const term of same)
        if (text.startsWith(term.value, at)) yield { start: at, end: at + term.value.length, term }
}
