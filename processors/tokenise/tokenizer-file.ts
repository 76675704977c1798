import { z } from 'zod'
import type { Normalisation } from './character-classes.ts'

/** A token that is found in the raw text before anything else, such as `[SEP]`. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special: boolean
  /** White space before (after) it belongs to it. */
  readonly leftStrip: boolean
  readonly rightStrip: boolean
}

/** What this project reads out of a `tokenizer.json` of the WordPiece family. */
export interface TokenizerFile {
  readonly normalisation: Normalisation
  readonly vocabulary: ReadonlyMap<string, number>
  readonly addedTokens: readonly AddedToken[]
  readonly unknownToken: string
  readonly continuationPrefix: string
  /** Words with more code points than this become the unknown token. */
  readonly longestWord: number
  /** Special tokens that a model expects before and after one text. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/**
 * A `tokenizer.json` that cannot be used. `problems` names every place and why; only keys and kinds of the file, never
 * text of a document.
 */
export class TokenizerFileError extends Error {
  readonly code: 'tokenizer-unreadable' | 'tokenizer-unsupported' | 'tokenizer-changed'
  readonly problems: readonly string[]

  constructor(code: TokenizerFileError['code'], problems: readonly string[]) {
    super(`${code}: ${problems.join('; ')}`)
    this.name = 'TokenizerFileError'
    this.code = code
    this.problems = problems
  }
}

/** Tables are as long as the highest id: far above any real vocabulary, far below what would hurt. */
const MOST_IDS = 1 << 24

const id = z
  .int()
  .min(0)
  .max(MOST_IDS - 1)

const addedToken = z.object({
  id,
  content: z.string().min(1),
  special: z.boolean().default(false),
  single_word: z.literal(false).default(false),
  lstrip: z.boolean().default(false),
  rstrip: z.boolean().default(false),
  normalized: z.literal(false),
})

const templatePart = z.union([
  z.object({ SpecialToken: z.object({ id: z.string() }) }),
  z.object({ Sequence: z.object({ id: z.literal('A') }) }),
])

const postProcessor = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('TemplateProcessing'),
    single: z.array(templatePart),
    special_tokens: z.record(z.string(), z.object({ ids: z.array(id) })),
  }),
  z.object({
    type: z.literal('BertProcessing'),
    sep: z.tuple([z.string(), id]),
    cls: z.tuple([z.string(), id]),
  }),
])

const tokenizerJson = z.object({
  added_tokens: z.array(addedToken).default([]),
  normalizer: z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean().default(true),
    handle_chinese_chars: z.boolean().default(true),
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean().default(true),
  }),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  post_processor: postProcessor.nullish(),
  model: z.object({
    type: z.literal('WordPiece'),
    unk_token: z.string().default('[UNK]'),
    continuing_subword_prefix: z.string().min(1).default('##'),
    max_input_chars_per_word: z.int().min(1).default(100),
    vocab: z.record(z.string(), id),
  }),
})

type Parsed = z.infer<typeof tokenizerJson>

/**
 * Reads a `tokenizer.json`. Its truncation and padding settings are ignored: cutting is the chunker's work, and
 * padding the model server's.
 *
 * @throws {TokenizerFileError} when it is not JSON, or asks for anything that is not supported
 */
export function readTokenizerFile(json: string): TokenizerFile {
  const parsed = tokenizerJson.safeParse(parseJson(json))
  if (!parsed.success) {
    throw new TokenizerFileError('tokenizer-unsupported', parsed.error.issues.map(problemOf))
  }
  const { model, normalizer } = parsed.data
  const vocabulary = new Map(Object.entries(model.vocab))
  if (!vocabulary.has(model.unk_token)) {
    throw new TokenizerFileError('tokenizer-unsupported', [
      'model.unk_token: not in the vocabulary',
    ])
  }
  return {
    normalisation: {
      cleanText: normalizer.clean_text,
      handleChineseChars: normalizer.handle_chinese_chars,
      stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
      lowercase: normalizer.lowercase,
    },
    vocabulary,
    addedTokens: parsed.data.added_tokens.map(addedTokenOf),
    unknownToken: model.unk_token,
    continuationPrefix: model.continuing_subword_prefix,
    longestWord: model.max_input_chars_per_word,
    ...frameOf(parsed.data.post_processor),
  }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    throw new TokenizerFileError('tokenizer-unreadable', ['not JSON'])
  }
}

function problemOf(issue: z.core.$ZodIssue): string {
  return `${issue.path.join('.') || 'file'}: ${issue.message}`
}

function addedTokenOf(token: Parsed['added_tokens'][number]): AddedToken {
  const { id: tokenId, content, special, lstrip: leftStrip, rstrip: rightStrip } = token
  return { id: tokenId, content, special, leftStrip, rightStrip }
}

function frameOf(processor: Parsed['post_processor']): Pick<TokenizerFile, 'before' | 'after'> {
  if (!processor) return { before: [], after: [] }
  if (processor.type === 'BertProcessing') {
    return { before: [processor.cls[1]], after: [processor.sep[1]] }
  }
  const before: number[] = []
  const after: number[] = []
  let side = before
  for (const part of processor.single) {
    if ('Sequence' in part) side = after
    else side.push(...(processor.special_tokens[part.SpecialToken.id]?.ids ?? []))
  }
  return { before, after }
}
