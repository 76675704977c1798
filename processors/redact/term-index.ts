import { CLASSES, TOKEN, UNSPACED } from './char-classes.ts'

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
const BUCKETS = 8192
const MAX_GAP = 3

const fold = (text: string) => text.normalize('NFC').toLowerCase()

const wordEnd = (text: string, from: number): number => {
  let at = from
  while (at < text.length && (CLASSES[text.charCodeAt(at)]! & TOKEN) !== 0) at++
  return at
}

const hash = (text: string, from: number, to: number): number => {
  let h = to - from
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    h = (h * 31 + (code < 128 ? code | 32 : 0)) | 0
  }
  return h & (BUCKETS - 1)
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

/** Builds a {@link TermIndex}. Terms without a letter or digit are ignored. */
export const termIndex = (terms: readonly Term[]): TermIndex => {
  const root = new WordTrie()
  const first = new Uint8Array(BUCKETS)
  let unspaced: Term[] = []
  for (const term of terms) {
    const words = wordsOf(term.value)
    if (words.length === 0) continue
    if (Array.from(term.value).some((c) => (CLASSES[c.charCodeAt(0)]! & UNSPACED) !== 0))
      unspaced.push(term)
    insert(root, { words, term })
    for (const form of [words[0]!, words[0]!.normalize('NFD')])
      first[hash(form, 0, form.length)] = 1
  }
  unspaced = unspaced.slice(0, 64)
  return { find: (text) => [...findWords(text, root, first), ...findUnspaced(text, unspaced)] }
}

function* findWords(text: string, root: WordTrie, first: Uint8Array): Generator<TermHit> {
  const length = text.length
  for (let at = 0; at < length;) {
    if ((CLASSES[text.charCodeAt(at)]! & TOKEN) === 0) {
      at++
      continue
    }
    const end = wordEnd(text, at)
    if (end - at <= 128 && first[hash(text, at, end)] === 1) {
      const hit = longest(text, at, end, root)
      if (hit) yield hit
      at = hit ? hit.end : end
    } else at = end
  }
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
