import { z } from 'zod'
import { addedTokenSchema, tokenId } from './added-token.ts'
import type { AddedToken } from './added-token.ts'
import { BYTE_CHARACTERS } from './model/byte-alphabet.ts'
import { byteTokens } from './model/byte-pair.ts'
import type { BytePairFile } from './model/byte-pair.ts'
import type { UnigramFile } from './model/unigram.ts'
import { TokenizerFileError, problemsOf } from './tokenizer-file-error.ts'
import { bytePairPart, normaliserPart, preTokeniserPart, unigramPart } from './tokenizer-parts.ts'
import type { NormaliserPart, PreTokeniserPart } from './tokenizer-parts.ts'

/** A `tokenizer.json` whose text is normalised, divided into pieces, and given to a model piece by piece. */
export interface PieceFile {
  readonly kind: 'pieces'
  readonly normaliser: NormaliserPart | undefined
  readonly preTokeniser: PreTokeniserPart | undefined
  readonly model:
    ({ readonly kind: 'byte-pair' } & BytePairFile) | ({ readonly kind: 'unigram' } & UnigramFile)
  readonly vocabulary: ReadonlyMap<string, number>
  readonly addedTokens: readonly AddedToken[]
}

const around = z.object({
  added_tokens: z.array(addedTokenSchema).default([]),
  normalizer: normaliserPart.nullish(),
  pre_tokenizer: preTokeniserPart.nullish(),
})

/** @throws {TokenizerFileError} naming everything that is not supported */
export function readPieceFile(json: unknown, kind: 'byte-pair' | 'unigram'): PieceFile {
  const parsed = around.safeParse(json)
  const model = (json as { readonly model: Record<string, unknown> }).model
  const part = kind === 'byte-pair' ? bytePairPart.safeParse(model) : unigramPart.safeParse(model)
  const problems = [
    ...(parsed.success ? [] : problemsOf(parsed.error, json)),
    ...(part.success ? [] : problemsOf(part.error, model, 'model')),
  ]
  if (!parsed.success || !part.success)
    throw new TokenizerFileError('tokenizer-unsupported', problems)
  const preTokeniser = parsed.data.pre_tokenizer ?? undefined
  const byteLevel = checkByteLevel(preTokeniser)
  const read =
    'vocab' in part.data
      ? readUnigram(part.data, byteLevel)
      : readBytePair(part.data, model, byteLevel)
  return {
    kind: 'pieces',
    normaliser: parsed.data.normalizer ?? undefined,
    preTokeniser,
    model: read,
    vocabulary:
      read.kind === 'byte-pair'
        ? read.vocabulary
        : new Map(read.pieces.map(([piece], id) => [piece, id])),
    addedTokens: parsed.data.added_tokens,
  }
}

function refuse(problem: string): never {
  throw new TokenizerFileError('tokenizer-unsupported', [problem])
}

/** True when pieces become bytes. Only the last step may make bytes of them, as later ones would look at bytes. */
function checkByteLevel(part: PreTokeniserPart | undefined): boolean {
  const steps = stepsOf(part)
  const at = steps.findIndex(({ type }) => type === 'ByteLevel')
  if (at >= 0 && at < steps.length - 1) {
    refuse(`pre_tokenizer: ${steps[at + 1]!.type} behind ByteLevel is not supported`)
  }
  return at >= 0
}

export function stepsOf(
  part: PreTokeniserPart | undefined,
): Exclude<PreTokeniserPart, { type: 'Sequence' }>[] {
  if (part === undefined) return []
  return part.type === 'Sequence' ? part.pretokenizers.flatMap(stepsOf) : [part]
}

const merge = z.union([
  z.tuple([z.string(), z.string()]),
  z.string().transform((line): [string, string] => {
    const space = line.indexOf(' ')
    return [line.slice(0, space), line.slice(space + 1)]
  }),
])

const tables = z.object({ vocab: z.record(z.string(), tokenId), merges: z.array(merge) })

function readBytePair(
  part: z.infer<typeof bytePairPart>,
  model: unknown,
  byteLevel: boolean,
): PieceFile['model'] {
  const read = tables.safeParse(model)
  if (!read.success) {
    throw new TokenizerFileError(
      'tokenizer-unsupported',
      problemsOf(read.error, model, 'model').slice(0, 5),
    )
  }
  const vocabulary = new Map(Object.entries(read.data.vocab))
  const has = (piece: string): boolean => vocabulary.has(piece)
  const bad = read.data.merges.findIndex(([a, b]) => !has(a) || !has(b) || !has(a + b))
  if (bad >= 0) refuse(`model.merges.${bad}: a piece that is not in the vocabulary`)
  const unknownToken = part.unk_token ?? undefined
  if (unknownToken !== undefined && !has(unknownToken))
    refuse('model.unk_token: not in the vocabulary')
  if (byteLevel && !BYTE_CHARACTERS.every(has))
    refuse('model.vocab: not every byte is in the vocabulary')
  if (part.byte_fallback && byteTokens(vocabulary) === undefined) {
    refuse('model.byte_fallback: not every byte is in the vocabulary')
  }
  return {
    kind: 'byte-pair',
    vocabulary,
    merges: read.data.merges,
    byteLevel,
    unknownToken,
    fuseUnknown: part.fuse_unk,
    byteFallback: part.byte_fallback,
    ignoreMerges: part.ignore_merges,
  }
}

function readUnigram(part: z.infer<typeof unigramPart>, byteLevel: boolean): PieceFile['model'] {
  if (byteLevel) refuse('pre_tokenizer.type: ByteLevel is not supported with a Unigram model')
  if (part.unk_id >= part.vocab.length) refuse('model.unk_id: not in the vocabulary')
  const ids = new Map(part.vocab.map(([piece], id) => [piece, id]))
  if (part.byte_fallback && byteTokens(ids) === undefined) {
    refuse('model.byte_fallback: not every byte is in the vocabulary')
  }
  return {
    kind: 'unigram',
    pieces: part.vocab,
    unknown: part.unk_id,
    byteFallback: part.byte_fallback,
  }
}
