// Trains the embedded default vocabulary: writes processors/tokenise/vocabulary/tokenizer.json.
//
//   node scripts/train-vocabulary.mjs
//
// Deterministic for one lockfile and one Node (the names of countries and languages come from its ICU). Where the text
// comes from and what may be done with the result: processors/tokenise/vocabulary/README.md.
//
// The trainer is the project's own: the one in `tokenizers` offers no choice of size or alphabet from Node and breaks
// ties by the order of a hash table.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { bertNormalizer, bertPreTokenizer } from 'tokenizers'

const SIZE = 30_000
const LONGEST_PIECE = 18
const SPECIAL = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]']
const root = fileURLToPath(new URL('..', import.meta.url))
const folder = join(root, 'processors/tokenise/vocabulary')
const normalizer = bertNormalizer()
const preTokenizer = bertPreTokenizer()
const wordsOf = (text) =>
  preTokenizer.preTokenizeString(normalizer.normalizeString(text)).map(([word]) => word)

// ---- text -----------------------------------------------------------------------------------------------------------

/** Markdown of packages that are the same on every platform, in the order of their paths. */
function* markdown(directory) {
  const entries = readdirSync(directory, { withFileTypes: true })
  if (entries.some((entry) => entry.name === 'package.json')) {
    const manifest = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8'))
    if (manifest.os || manifest.cpu) return
  }
  for (const entry of entries.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && entry.name !== '.cache') yield* markdown(path)
    else if (/\.md$/i.test(entry.name)) yield readFileSync(path, 'utf8')
  }
}

/** Prose without code, links and markup. */
const proseOf = (text) =>
  text
    .replace(/^(```|~~~)[\s\S]*?^\1/gm, ' ')
    .replace(/^( {4}|\t).*$/gm, ' ')
    .replace(/`[^`\n]*`|<[^>\n]*>|\]\([^)\n]*\)|https?:\S+|\b[0-9a-f]{7,}\b/gi, ' ')
    .replace(/\S*[_@/\\=]\S*|\b[a-z]+[A-Z]\w*/g, ' ')

const LANGUAGES = (
  'en de fr es it pt nl sv da nb fi is pl cs sk sl hr hu ro bg sr ru uk be el tr az kk et lv lt ' +
  'ar fa ur he hi mr ne bn pa gu ta te kn ml si th lo my km ka hy am vi id ms fil sw af ca eu gl ga cy ja ko zh zh-Hant'
).split(' ')

/** Names that every Node carries: countries, languages, currencies, units, months and days, in many languages. */
function* names(language) {
  const options = { fallback: 'none' }
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('')
  const regions = new Intl.DisplayNames(language, { ...options, type: 'region' })
  const languages = new Intl.DisplayNames(language, { ...options, type: 'language' })
  for (const a of letters) {
    for (const b of letters) {
      yield regions.of(a + b)
      yield languages.of((a + b).toLowerCase())
    }
  }
  const currencies = new Intl.DisplayNames(language, { ...options, type: 'currency' })
  for (const code of Intl.supportedValuesOf('currency')) yield currencies.of(code)
  for (const unit of Intl.supportedValuesOf('unit')) {
    yield new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'long' }).format(3)
  }
  for (let day = 0; day < 366; day += 5) {
    yield new Date(Date.UTC(2024, 0, 1 + day)).toLocaleDateString(language, {
      dateStyle: 'full',
      calendar: 'gregory',
      timeZone: 'UTC',
    })
  }
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' })
  for (const unit of ['second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year']) {
    for (const n of [-3, -1, 0, 1, 3]) yield relative.format(n, unit)
  }
}

/** How often each word counts. One file cannot push a word far; a written word counts as much as a common one. */
function countWords() {
  const counts = new Map()
  const add = (word, weight) => counts.set(word, (counts.get(word) ?? 0) + weight)
  const addText = (text, weight, most) => {
    const here = new Map()
    for (const word of wordsOf(text)) here.set(word, Math.min(most, (here.get(word) ?? 0) + 1))
    for (const [word, n] of here) add(word, n * weight)
  }
  for (const text of new Set(markdown(join(root, 'node_modules')))) addText(proseOf(text), 2, 8)
  for (const language of LANGUAGES) {
    addText([...names(language)].filter((name) => name !== undefined).join('\n'), 1, 6)
  }
  const written = readFileSync(join(folder, 'words.txt'), 'utf8').replace(/^#.*$/gm, '')
  for (const paragraph of written.split(/^[a-z]+:/m)) {
    addText(paragraph.replaceAll(/\n/g, ' '), 40, 1)
  }
  return counts
}

// ---- alphabet -------------------------------------------------------------------------------------------------------

const SCRIPTS =
  'Latin Greek Cyrillic Armenian Georgian Hebrew Arabic Devanagari Bengali Gurmukhi Gujarati Tamil Telugu Kannada ' +
  'Malayalam Sinhala Thai Lao Myanmar Khmer Ethiopic Hiragana Katakana Bopomofo'

const IN_SCRIPTS = new RegExp(
  SCRIPTS.split(' ')
    .map((script) => `\\p{Script=${script}}`)
    .join('|'),
  'u',
)
const within = (point, ranges) => ranges.some(([first, last]) => point >= first && point <= last)

/** Compatibility forms and the far ends of Latin, Georgian and Ethiopic: rare enough to stay unknown. */
const RARE = [
  [0x250, 0x2af],
  [0x1c80, 0x1cff],
  [0x1d00, 0x1dff],
  [0x1380, 0x139f],
  [0x2c60, 0x2fff],
  [0xa640, 0xab6f],
  [0xfb00, 0xfdff],
  [0xfe70, 0xfeff],
]
const JAMO = [
  [0x1100, 0x1112],
  [0x1161, 0x1175],
  [0x11a8, 0x11c2],
]
const SYMBOLS = [
  [0x21, 0x2ff],
  [0x2010, 0x23ff],
  [0x2460, 0x27bf],
  [0x2b00, 0x2b5f],
  [0x3000, 0x33ff],
  [0xff00, 0xffef],
]

/** Characters that a word may hold, whatever the training text was. */
function isCommon(c) {
  const point = c.codePointAt(0)
  if (point > 0xffff) return /\p{Emoji}/u.test(c)
  if (within(point, JAMO)) return true
  if (IN_SCRIPTS.test(c)) return !within(point, RARE)
  return /[\p{S}\p{P}\p{N}\p{Lm}]/u.test(c) && within(point, SYMBOLS)
}

/** The first, common level of the older national character sets of China, Japan and Taiwan. */
function ideographs() {
  const found = new Set()
  const sets = [
    ['gb2312', 0xb0, 0xd7, 0xa1],
    ['euc-jp', 0xb0, 0xcf, 0xa1],
    ['big5', 0xa4, 0xc6, 0x40],
  ]
  for (const [label, first, last, trail] of sets) {
    const decoder = new TextDecoder(label)
    for (let lead = first; lead <= last; lead++) {
      for (let low = trail; low <= 0xfe; low++) {
        for (const c of decoder.decode(Uint8Array.of(lead, low))) {
          if (/\p{Unified_Ideograph}/u.test(c)) found.add(c)
        }
      }
    }
  }
  return found
}

/** Every single character of the vocabulary, and with `##` those that can stand inside a word. */
function alphabet(counts) {
  const characters = ideographs()
  for (const [word, count] of counts) if (count > 1) for (const c of word) characters.add(c)
  for (let point = 0x21; point < 0x20000; point++) {
    if (point >= 0xd800 && point < 0xe000) continue
    const c = String.fromCodePoint(point)
    if (isCommon(c)) for (const normal of wordsOf(c).join('')) characters.add(normal)
  }
  const single = [...characters].toSorted((a, b) => a.codePointAt(0) - b.codePointAt(0))
  const inner = single.filter((c) => wordsOf(`a${c}a`).length === 1)
  return [...single, ...inner.map((c) => `##${c}`)]
}

// ---- training -------------------------------------------------------------------------------------------------------

/** Pairs by count, highest first, ties by spelling, so that the result does not hang on any order of insertion. */
class PairQueue {
  heap = []
  static before = (a, b) => a.count > b.count || (a.count === b.count && a.key < b.key)
  push(item) {
    const { heap } = this
    let at = heap.push(item) - 1
    while (at > 0) {
      const parent = (at - 1) >> 1
      if (!PairQueue.before(item, heap[parent])) break
      heap[at] = heap[parent]
      at = parent
    }
    heap[at] = item
  }
  pop() {
    const { heap } = this
    const top = heap[0]
    const item = heap.pop()
    if (heap.length === 0) return top
    let at = 0
    for (;;) {
      let child = 2 * at + 1
      if (child + 1 < heap.length && PairQueue.before(heap[child + 1], heap[child])) child++
      if (child >= heap.length || !PairQueue.before(heap[child], item)) break
      heap[at] = heap[child]
      at = child
    }
    heap[at] = item
    return top
  }
}

const joined = (a, b) => a + b.slice(2)

/** Joins the most frequent neighbours again and again until the vocabulary is full. */
function train(counts, pieces) {
  const vocabulary = new Set(pieces)
  const words = [...counts]
    .filter(([word]) => [...word].length > 1)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([word, count]) => ({ count, parts: [...word].map((c, i) => (i === 0 ? c : `##${c}`)) }))
  const pairs = new Map()
  const queue = new PairQueue()
  const touch = (word, index, sign, changed) => {
    for (let i = 0; i + 1 < word.parts.length; i++) {
      const key = `${word.parts[i]} ${word.parts[i + 1]}`
      let pair = pairs.get(key)
      if (pair === undefined) pairs.set(key, (pair = { count: 0, words: new Set() }))
      pair.count += sign * word.count
      if (sign > 0) pair.words.add(index)
      changed.add(key)
    }
  }
  const all = new Set()
  for (const [index, word] of words.entries()) touch(word, index, 1, all)
  for (const key of all) queue.push({ key, count: pairs.get(key).count })
  while (vocabulary.size < SIZE - SPECIAL.length && queue.heap.length > 0) {
    const { key, count } = queue.pop()
    const pair = pairs.get(key)
    if (pair?.count !== count) continue
    if (count < 2) break
    const [a, b] = key.split(' ')
    const piece = joined(a, b)
    if (piece.replace('##', '').length > LONGEST_PIECE) continue
    vocabulary.add(piece)
    const changed = new Set()
    for (const index of pair.words) {
      const word = words[index]
      touch(word, index, -1, changed)
      word.parts = merge(word.parts, a, b, piece)
      touch(word, index, 1, changed)
    }
    for (const other of changed) {
      const { count: now } = pairs.get(other)
      if (now > 0 && other !== key) queue.push({ key: other, count: now })
    }
    pairs.delete(key)
  }
  return [...vocabulary]
}

function merge(parts, a, b, piece) {
  const out = []
  for (let i = 0; i < parts.length; i++) {
    if (parts[i] === a && parts[i + 1] === b) {
      out.push(piece)
      i++
    } else out.push(parts[i])
  }
  return out
}

// ---- file -----------------------------------------------------------------------------------------------------------

const counts = countWords()
const letters = alphabet(counts)
const pieces = [...SPECIAL, ...train(counts, letters)]
const file = {
  version: '1.0',
  truncation: null,
  padding: null,
  added_tokens: SPECIAL.map((content, id) => ({
    id,
    content,
    single_word: false,
    lstrip: false,
    rstrip: false,
    normalized: false,
    special: true,
  })),
  normalizer: {
    type: 'BertNormalizer',
    clean_text: true,
    handle_chinese_chars: true,
    strip_accents: null,
    lowercase: true,
  },
  pre_tokenizer: { type: 'BertPreTokenizer' },
  post_processor: {
    type: 'BertProcessing',
    sep: ['[SEP]', SPECIAL.indexOf('[SEP]')],
    cls: ['[CLS]', SPECIAL.indexOf('[CLS]')],
  },
  decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
  model: {
    type: 'WordPiece',
    unk_token: '[UNK]',
    continuing_subword_prefix: '##',
    max_input_chars_per_word: 100,
    vocab: Object.fromEntries(pieces.map((piece, id) => [piece, id])),
  },
}
const json = `${JSON.stringify(file)}\n`
writeFileSync(join(folder, 'tokenizer.json'), json)
process.stdout.write(
  `${counts.size} words, ${letters.length} letters, ${pieces.length} pieces, ${json.length} characters\n`,
)
