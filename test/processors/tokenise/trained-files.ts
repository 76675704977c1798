import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BPE, Tokenizer, Unigram, byteLevelPreTokenizer, metaspacePreTokenizer } from 'tokenizers'
import { BYTE_CHARACTERS } from '../../../processors/tokenise/model/byte-alphabet.ts'
import { charsmapOf } from './charsmap-builder.ts'
import { randomTexts } from './random-text.ts'
import { addedToken } from './vocabularies.ts'

/** Files in the shapes that well-known models have, over vocabularies that the reference itself trains on the spot. */
export async function trainedFiles(): Promise<readonly (readonly [name: string, json: string])[]> {
  const folder = await mkdtemp(join(tmpdir(), 'trained-'))
  try {
    const bytes = await trained(folder, new Tokenizer(BPE.empty()), byteLevelPreTokenizer(false))
    const spaced = await trained(folder, new Tokenizer(BPE.empty()), metaspacePreTokenizer())
    const unigram = await trained(folder, new Tokenizer(Unigram.empty()), metaspacePreTokenizer())
    return [
      ...byteLevelFiles(withVocabulary(bytes, BYTE_CHARACTERS)),
      ...spacedFiles(withVocabulary(spaced, ['<unk>', ...BYTE_TOKENS])),
      ...unigramFiles(unigram),
    ].map(([name, file]) => [name, JSON.stringify(file)])
  } finally {
    await rm(folder, { recursive: true })
  }
}

interface File {
  readonly model: Readonly<Record<string, unknown>>
  readonly [part: string]: unknown
}
type Named = readonly [name: string, file: File]

const WORDS = new URL('../../../../processors/tokenise/vocabulary/words.txt', import.meta.url)

async function trained(
  folder: string,
  tokenizer: Tokenizer,
  preTokenizer: ReturnType<typeof metaspacePreTokenizer>,
): Promise<File> {
  tokenizer.setPreTokenizer(preTokenizer)
  const text = join(folder, 'text')
  const words = await readFile(WORDS, 'utf8')
  await writeFile(text, [words, words.toUpperCase(), ...randomTexts(5, 300)].join('\n'))
  tokenizer.train([text])
  const saved = join(folder, 'saved.json')
  tokenizer.save(saved)
  return JSON.parse(await readFile(saved, 'utf8')) as File
}

const BYTE_TOKENS = Array.from(
  { length: 256 },
  (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`,
)

/** The pieces wanted and those that were trained, with ids in that order. */
function withVocabulary(file: File, wanted: readonly string[]): File {
  const pieces = [...wanted, ...Object.keys(file.model['vocab'] as object)]
  const vocab = Object.fromEntries([...new Set(pieces)].map((piece, id) => [piece, id]))
  return { ...file, model: { ...file.model, vocab } }
}

const split = (Regex: string, behavior = 'Isolated', invert = false): object => ({
  type: 'Split',
  pattern: { Regex },
  behavior,
  invert,
})
const byteLevel = (add_prefix_space: boolean, use_regex: boolean): object => ({
  type: 'ByteLevel',
  add_prefix_space,
  trim_offsets: true,
  use_regex,
})
const inTurn = (...pretokenizers: readonly object[]): object => ({
  type: 'Sequence',
  pretokenizers,
})

const ENDINGS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)`
const REST = String.raw`\s*[\r\n]+|\s+(?!\S)|\s+`
const CL100K = String.raw`${ENDINGS}|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|${REST}`
const HEADS = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
const TAILS = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
const O200K = [
  String.raw`[^\r\n\p{L}\p{N}]?${HEADS}*${TAILS}+${ENDINGS}?`,
  String.raw`[^\r\n\p{L}\p{N}]?${HEADS}+${TAILS}*${ENDINGS}?`,
  String.raw`\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|${REST}`,
].join('|')

function byteLevelFiles(base: File): Named[] {
  const file = (changes: object): File => ({ ...base, post_processor: null, ...changes })
  const id = Object.keys(base.model['vocab'] as object).length
  const added = [
    addedToken(id, '<s>', { normalized: true }),
    addedToken(id + 1, '<mask>', { lstrip: true, normalized: true }),
    addedToken(id + 2, 'the', { single_word: true, special: false }),
  ]
  const roberta = {
    type: 'RobertaProcessing',
    sep: ['</s>', 1],
    cls: ['<s>', 0],
    trim_offsets: true,
    add_prefix_space: true,
  }
  const merged = { ...base.model, ignore_merges: true }
  return [
    ['GPT-2', file({ pre_tokenizer: byteLevel(false, true), added_tokens: added })],
    ['RoBERTa', file({ pre_tokenizer: byteLevel(true, true), post_processor: roberta })],
    [
      'Llama 3',
      file({
        pre_tokenizer: inTurn(split(CL100K), byteLevel(false, false)),
        post_processor: { type: 'Sequence', processors: [byteLevel(true, true)] },
        model: merged,
      }),
    ],
    [
      'Qwen',
      file({
        normalizer: { type: 'NFC' },
        pre_tokenizer: inTurn(split(CL100K.replace('{1,3}', '')), byteLevel(false, false)),
      }),
    ],
    [
      'o200k',
      file({ pre_tokenizer: inTurn(split(O200K, 'Removed', true), byteLevel(false, false)) }),
    ],
    [
      'StarCoder',
      file({
        normalizer: { type: 'NFKC' },
        pre_tokenizer: inTurn({ type: 'Digits', individual_digits: true }, byteLevel(false, true)),
      }),
    ],
  ]
}

const metaspace = (prepend_scheme: string): object => ({
  type: 'Metaspace',
  replacement: '▁',
  prepend_scheme,
  split: true,
})
const normalisers = (...steps: readonly object[]): object => ({
  type: 'Sequence',
  normalizers: steps,
})
const replace = (pattern: object, content: string): object => ({
  type: 'Replace',
  pattern,
  content,
})

function spacedFiles(base: File): Named[] {
  const model = { ...base.model, unk_token: '<unk>', fuse_unk: true }
  const file = (changes: object): File => ({ ...base, model, ...changes })
  const toMarks = replace({ String: ' ' }, '▁')
  return [
    [
      'Llama 2',
      file({
        normalizer: normalisers({ type: 'Prepend', prepend: '▁' }, toMarks),
        pre_tokenizer: null,
        model: { ...model, byte_fallback: true },
      }),
    ],
    [
      'Gemma',
      file({
        normalizer: toMarks,
        pre_tokenizer: {
          type: 'Split',
          pattern: { String: ' ' },
          behavior: 'MergedWithPrevious',
          invert: false,
        },
      }),
    ],
    ['spaced BPE', file({ pre_tokenizer: metaspace('first'), normalizer: null })],
  ]
}

function unigramFiles(base: File): Named[] {
  const vocab = [['<unk>', 0], ...(base.model['vocab'] as readonly unknown[])]
  const model = { ...base.model, vocab, unk_id: 0 }
  const bytes = {
    ...model,
    byte_fallback: true,
    vocab: [...vocab, ...BYTE_TOKENS.map((t) => [t, 0])],
  }
  const charsmap = { type: 'Precompiled', precompiled_charsmap: charsmapOf() }
  const spaces = replace({ Regex: ' {2,}' }, ' ')
  const strip = { type: 'Strip', strip_left: false, strip_right: true }
  const added = [addedToken(vocab.length, '<mask>', { lstrip: true, normalized: true })]
  const file = (changes: object): File => ({ ...base, model, ...changes })
  return [
    [
      'XLM-R',
      file({ normalizer: normalisers(charsmap, spaces), pre_tokenizer: metaspace('always') }),
    ],
    [
      'T5',
      file({
        normalizer: charsmap,
        pre_tokenizer: inTurn({ type: 'WhitespaceSplit' }, metaspace('always')),
      }),
    ],
    [
      'BGE',
      file({
        normalizer: normalisers(charsmap, strip, spaces),
        pre_tokenizer: metaspace('first'),
        added_tokens: added,
      }),
    ],
    [
      'ALBERT',
      file({
        normalizer: normalisers(
          replace({ String: '``' }, '"'),
          { type: 'NFKD' },
          { type: 'StripAccents' },
          { type: 'Lowercase' },
          charsmap,
        ),
        pre_tokenizer: metaspace('always'),
        model: bytes,
      }),
    ],
  ]
}
