// Writes processors/tokenise/text-data.ts: the Unicode classes behind the byte-level and Unigram tokenisers.
//
// Like character-data.ts, read off the reference (`tokenizers`, a dev dependency) one code point at a time: regular
// expressions, normalisers and grapheme clusters each have Unicode tables of an age of their own there.
import { writeFileSync } from 'node:fs'
import { Tokenizer, nfkdNormalizer, precompiled, stripAccentsNormalizer } from 'tokenizers'

const model = { type: 'WordLevel', vocab: { u: 0 }, unk_token: 'u' }
const splitter = (Regex) =>
  Tokenizer.fromString(
    JSON.stringify({
      version: '1.0',
      added_tokens: [],
      pre_tokenizer: { type: 'Split', pattern: { Regex }, behavior: 'Removed', invert: false },
      model,
    }),
  ).getPreTokenizer()

const points = []
for (let point = 0; point <= 0x10ffff; point++) {
  if (point < 0xd800 || point > 0xdfff) points.push(point)
}

/** Code points that a regular expression for one character matches. */
function matching(pattern) {
  const pre = splitter(pattern)
  const found = []
  for (let from = 0; from < points.length; from += 4096) {
    const batch = points.slice(from, from + 4096)
    const left = new Set()
    for (const [piece] of pre.preTokenizeString(String.fromCodePoint(...batch))) {
      for (const c of piece) left.add(c.codePointAt(0))
    }
    found.push(...batch.filter((point) => !left.has(point)))
  }
  return found
}

/** A precompiled map with the one rule that `key` becomes X, as a double array. */
function rule(key) {
  const bytes = Buffer.from(key)
  const units = new Uint32Array(2048)
  // Node i lies at base + byte, with a base of its own that is a multiple of 256.
  let node = 0
  for (const [i, byte] of bytes.entries()) {
    const base = 256 * (i + 1)
    const at = base ^ byte
    units[node] |= (node ^ base) << 10
    units[at] |= byte
    node = at
  }
  const leaf = 256 * (bytes.length + 1)
  units[node] |= ((node ^ leaf) << 10) | 0x100
  units[leaf] = 0x80000000
  const size = Buffer.alloc(4)
  size.writeUInt32LE(units.byteLength)
  const map = Buffer.concat([size, Buffer.from(units.buffer), Buffer.from('X\0')])
  return precompiled(JSON.parse(JSON.stringify([...map])))
}

const afterA = rule('a')
const afterMark = rule('\u0301')
const afterSign = rule('\u00a9')
const kept = stripAccentsNormalizer()
const nfkd = nfkdNormalizer()

/** Finds the added token `x` where it is a word of its own. */
const lone = Tokenizer.fromString(
  JSON.stringify({
    version: '1.0',
    added_tokens: [
      {
        id: 1,
        content: 'x',
        single_word: true,
        lstrip: false,
        rstrip: false,
        normalized: false,
        special: false,
      },
    ],
    model,
  }),
)
const besideWords = new Set()
for (let from = 0; from < points.length; from += 4096) {
  const batch = points.slice(from, from + 4096)
  const encodings = await lone.encodeBatch(batch.map((point) => `x${String.fromCodePoint(point)}`))
  for (const [i, encoding] of encodings.entries())
    if (!encoding.getIds().includes(1)) besideWords.add(batch[i])
}

const where = (test) => points.filter((point) => test(String.fromCodePoint(point)))
const sets = {
  LETTER: ['Letters.', matching('\\p{L}')],
  NUMBER: ['Numbers.', matching('\\p{N}')],
  SPACE: ['`\\s` of the regular expressions.', matching('\\s')],
  UPPER: ['Letters in upper or title case.', matching('[\\p{Lu}\\p{Lt}]')],
  LOWER: ['Letters in lower case.', matching('\\p{Ll}')],
  MARK: ['Marks.', matching('\\p{M}')],
  WORD: ['`\\w` of the regular expressions.', matching('\\w')],
  BESIDE: [
    'Beside it an added token is no word of its own. Another `\\w` than the other: with joiners, without raised digits.',
    where((c) => besideWords.has(c.codePointAt(0))),
  ],
  STRIPPED: [
    'Dropped by the normaliser `StripAccents`.',
    where((c) => kept.normalizeString(c) === ''),
  ],
  COMPATIBLE: ['Has a compatibility decomposition.', where((c) => nfkd.normalizeString(c) !== c)],
  EXTENDING: [
    'Joins the grapheme cluster before it.',
    where((c) => afterA.normalizeString(`a${c}`) === 'X' && c !== ''),
  ],
  PREPENDED: [
    'Joins the grapheme cluster after it.',
    where((c) => afterA.normalizeString(`${c}a\u0301`).endsWith('\u0301')),
  ],
  CONTROL: [
    'Joins no grapheme cluster.',
    where((c) => afterMark.normalizeString(`${c}\u0301\u0302`).endsWith('X')),
  ],
  PICTOGRAPH: [
    'Joins an emoji sequence after a zero-width joiner.',
    where((c) => afterSign.normalizeString(`\u00a9\u200d${c}`).startsWith('X\u200d')),
  ],
}
// Marks and joiners join there too, but by the other rule.
const extending = new Set(sets.EXTENDING[1])
sets.PICTOGRAPH[1] = sets.PICTOGRAPH[1].filter((point) => !extending.has(point))
for (const point of sets.COMPATIBLE[1]) {
  const c = String.fromCodePoint(point)
  if (nfkd.normalizeString(c) !== c.normalize('NFKD')) throw new Error(`${point} differs`)
}

/** Ranges as `gap+length` in base 36, the length left out when it is 1. */
function encode(set) {
  const out = []
  let next = 0
  for (let i = 0; i < set.length;) {
    let length = 1
    while (set[i + length] === set[i] + length) length++
    const gap = (set[i] - next).toString(36)
    out.push(length === 1 ? gap : `${gap}+${length.toString(36)}`)
    next = set[i] + length
    i += length
  }
  return out.join(' ')
}

const lines = [
  '// Generated by scripts/generate-text-data.mjs from `tokenizers` 0.23.2. Do not edit.',
  '//',
  '// Frozen, and in the notation of character-data.ts, for the same reasons.',
]
for (const [name, [doc, set]] of Object.entries(sets)) {
  lines.push('', `/** ${String(doc)} */`, `export const ${name} =`, `  '${encode(set)}'`)
  console.log(name, set.length)
}
writeFileSync(
  new URL('../processors/tokenise/text-data.ts', import.meta.url),
  `${lines.join('\n')}\n`,
)
