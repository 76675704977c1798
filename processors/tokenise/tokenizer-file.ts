import { z } from 'zod'
import { addedTokenSchema, tokenId } from './added-token.ts'
import type { AddedToken } from './added-token.ts'
import type { Normalisation } from './character-classes.ts'
import { readPieceFile } from './piece-file.ts'
import type { PieceFile } from './piece-file.ts'
import { readPostProcessor } from './post-processor.ts'
import type { Around } from './post-processor.ts'
import { TokenizerFileError, problemsOf } from './tokenizer-file-error.ts'

/** What this project reads out of a `tokenizer.json` of the WordPiece family. */
export interface WordPieceFile {
  readonly kind: 'word-piece'
  readonly normalisation: Normalisation
  readonly vocabulary: ReadonlyMap<string, number>
  readonly addedTokens: readonly AddedToken[]
  readonly unknownToken: string
  readonly continuationPrefix: string
  /** Words with more code points than this become the unknown token. */
  readonly longestWord: number
}

export type TokenizerFile = (WordPieceFile | PieceFile) & Around

const wordPieceJson = z.object({
  added_tokens: z
    .array(
      addedTokenSchema.refine(({ normalised }) => !normalised, {
        path: ['normalized'],
        message: 'added tokens of normalised text are not supported with WordPiece',
      }),
    )
    .default([]),
  normalizer: z.object({
    type: z.literal('BertNormalizer'),
    clean_text: z.boolean().default(true),
    handle_chinese_chars: z.boolean().default(true),
    strip_accents: z.boolean().nullish(),
    lowercase: z.boolean().default(true),
  }),
  pre_tokenizer: z.object({ type: z.literal('BertPreTokenizer') }),
  model: z.object({
    unk_token: z.string().default('[UNK]'),
    continuing_subword_prefix: z.string().min(1).default('##'),
    max_input_chars_per_word: z.int().min(1).default(100),
    vocab: z.record(z.string(), tokenId),
  }),
})

const modelJson = z.object({
  model: z.object({
    type: z.string().optional(),
    vocab: z.unknown().optional(),
    merges: z.unknown().optional(),
  }),
})

/**
 * Reads a `tokenizer.json`. Its truncation and padding settings are ignored: cutting is the chunker's work, and
 * padding the model server's.
 *
 * @throws {TokenizerFileError} when it is not JSON, or asks for anything that is not supported
 */
export function readTokenizerFile(text: string): TokenizerFile {
  const json = parseJson(text)
  const kind = kindOf(json)
  const file = kind === 'word-piece' ? readWordPieceFile(json) : readPieceFile(json, kind)
  const addedTokens = file.addedTokens.map((token) => withModelId(token, file.vocabulary))
  return { ...file, addedTokens, ...readPostProcessor(json) }
}

/** A token that the model knows by itself has the model's id, whatever the file says, as in the reference. */
function withModelId(token: AddedToken, vocabulary: ReadonlyMap<string, number>): AddedToken {
  return { ...token, id: vocabulary.get(token.content) ?? token.id }
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch (error) {
    const why = error instanceof Error ? `: ${error.message}` : ''
    throw new TokenizerFileError('tokenizer-unreadable', [`not JSON${why}`])
  }
}

/** Older files do not say which model they hold: its shape does. */
function kindOf(json: unknown): 'word-piece' | 'byte-pair' | 'unigram' {
  const parsed = modelJson.safeParse(json)
  if (!parsed.success) {
    throw new TokenizerFileError('tokenizer-unsupported', problemsOf(parsed.error, json))
  }
  const { type, merges, vocab } = parsed.data.model
  if (type === 'WordPiece') return 'word-piece'
  if (type === 'BPE' || (type === undefined && Array.isArray(merges))) return 'byte-pair'
  if (type === 'Unigram' || (type === undefined && Array.isArray(vocab))) return 'unigram'
  throw new TokenizerFileError('tokenizer-unsupported', [
    `model.type: ${type ?? 'a model without a type'} is not supported, only WordPiece, BPE and Unigram are`,
  ])
}

function readWordPieceFile(json: unknown): WordPieceFile {
  const parsed = wordPieceJson.safeParse(json)
  if (!parsed.success) {
    throw new TokenizerFileError('tokenizer-unsupported', problemsOf(parsed.error, json))
  }
  const { model, normalizer } = parsed.data
  const vocabulary = new Map(Object.entries(model.vocab))
  if (!vocabulary.has(model.unk_token)) {
    throw new TokenizerFileError('tokenizer-unsupported', [
      'model.unk_token: not in the vocabulary',
    ])
  }
  return {
    kind: 'word-piece',
    normalisation: {
      cleanText: normalizer.clean_text,
      handleChineseChars: normalizer.handle_chinese_chars,
      stripAccents: normalizer.strip_accents ?? normalizer.lowercase,
      lowercase: normalizer.lowercase,
    },
    vocabulary,
    addedTokens: parsed.data.added_tokens,
    unknownToken: model.unk_token,
    continuationPrefix: model.continuing_subword_prefix,
    longestWord: model.max_input_chars_per_word,
  }
}
