import { createHash } from 'node:crypto'
import type { Tokens } from '../../topology/model/document.ts'
import { createAddedTokenFinder } from './added-token-finder.ts'
import { joinBytes, joinPieces, joinSpaced } from './decode.ts'
import type { OffsetKind } from './normalise/normalisers.ts'
import { createPieceTokeniser } from './piece-tokeniser.ts'
import { createStretchTokeniser } from './stretch-tokeniser.ts'
import type { StretchTokeniser } from './stretch-tokeniser.ts'
import { TokenBuffer } from './token-buffer.ts'
import { offsetTrimmer } from './trim-offsets.ts'
import type { AddedToken } from './added-token.ts'
import { readTokenizerFile } from './tokenizer-file.ts'
import type { TokenizerFile } from './tokenizer-file.ts'

/** A tokeniser bound to one `tokenizer.json`. Not to be shared between threads: it reuses its buffers. */
export interface Tokeniser {
  /** SHA-256 of the file, hex. Part of every chunk id. */
  readonly sha256: string
  /** One more than the highest id: what a model's embedding table must have at least. */
  readonly vocabularySize: number
  /** Special tokens that the model expects before and after one text; {@link tokenise} leaves them out. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Ids and UTF-16 offsets of a text, without special tokens around it and without any limit on length. */
  readonly tokenise: (text: string) => Tokens
  /**
   * True when a token with this id begins a word, so that cutting before it changes no other token. Where ids do not tell,
   * {@link tokenise} gives marks with the tokens, and this is always false.
   */
  readonly startsWord: (id: number) => boolean
  /** The piece behind an id as the file spells it, such as `##ing`. */
  readonly piece: (id: number) => string | undefined
  /** Normalised text: pieces of a word joined, words parted by single spaces, unknown ids left out. */
  readonly decode: (ids: Iterable<number>) => string
}

export interface TokeniserOptions {
  /** Default `reference`. A chunker needs `whole`. */
  readonly offsets?: OffsetKind
}

/**
 * Builds a tokeniser from the text of a `tokenizer.json`: WordPiece with `BertNormalizer` and `BertPreTokenizer`, or a
 * byte-pair or Unigram model with the normalisers and pre-tokenisers of tokenizer-parts.ts. Ids and offsets equal those of
 * the reference implementation (`tokenizers` 0.23.2), whose offsets count code points.
 *
 * @throws {TokenizerFileError} when the file is not JSON or asks for anything else
 */
export function createTokeniser(json: string, options: TokeniserOptions = {}): Tokeniser {
  const file = readTokenizerFile(json)
  const pieces = piecesById(file)
  const vocabularySize = [...pieces.keys()].reduce((most, id) => Math.max(most, id + 1), 0)
  return {
    sha256: createHash('sha256').update(json, 'utf8').digest('hex'),
    vocabularySize,
    before: file.before,
    after: file.after,
    tokenise: createTokenise(file, pieces, options.offsets ?? 'reference'),
    startsWord: wordStarts(file, pieces, vocabularySize),
    piece: (id) => pieces.get(id),
    decode: (ids) => decode(file, pieces, ids),
  }
}

function piecesById(file: TokenizerFile): Map<number, string> {
  const pieces = new Map<number, string>()
  for (const [piece, id] of file.vocabulary) pieces.set(id, piece)
  for (const token of file.addedTokens) pieces.set(token.id, token.content)
  return pieces
}

/** Where the tokens themselves carry marks, no id by itself says so. */
function wordStarts(
  file: TokenizerFile,
  pieces: ReadonlyMap<number, string>,
  vocabularySize: number,
): (id: number) => boolean {
  if (file.kind === 'pieces') return () => false
  const continuing = new Uint8Array(vocabularySize)
  for (const [id, piece] of pieces)
    if (piece.startsWith(file.continuationPrefix)) continuing[id] = 1
  return (id) => continuing[id] !== 1
}

function decode(
  file: TokenizerFile,
  pieces: ReadonlyMap<number, string>,
  ids: Iterable<number>,
): string {
  const known = Array.from(ids, (id) => pieces.get(id)).filter((piece) => piece !== undefined)
  if (file.kind === 'word-piece') return joinPieces(known, file.continuationPrefix)
  const bytes = file.model.kind === 'byte-pair' && file.model.byteLevel
  return bytes ? joinBytes(known) : joinSpaced(known)
}

function createTokenise(
  file: TokenizerFile,
  pieces: ReadonlyMap<number, string>,
  offsets: OffsetKind,
): (text: string) => Tokens {
  const buffer = new TokenBuffer({ marks: file.kind === 'pieces' })
  const tokeniseStretch = stretchTokeniser(file, buffer, offsets)
  const trim = offsets === 'whole' ? undefined : offsetTrimmer(file.trims, pieces, file.addedTokens)
  return (text) => {
    buffer.count = 0
    tokeniseStretch(text, 0, text.length)
    trim?.(buffer, text)
    return buffer.take()
  }
}

/** Added tokens come first: those of raw text, then those of normalised text, then everything between them. */
function stretchTokeniser(
  file: TokenizerFile,
  buffer: TokenBuffer,
  offsets: OffsetKind,
): StretchTokeniser {
  if (file.kind === 'word-piece') {
    return aroundAdded(file.addedTokens, createStretchTokeniser(file, buffer), buffer)
  }
  const raw = file.addedTokens.filter(({ normalised }) => !normalised)
  const rest = file.addedTokens.filter(({ normalised }) => normalised)
  if (file.normaliser !== undefined) {
    return aroundAdded(
      raw,
      createPieceTokeniser({ ...file, addedTokens: rest }, buffer, offsets),
      buffer,
    )
  }
  const plain = createPieceTokeniser({ ...file, addedTokens: [] }, buffer, offsets)
  return aroundAdded(raw, aroundAdded(rest, plain, buffer), buffer)
}

function aroundAdded(
  tokens: readonly AddedToken[],
  between: StretchTokeniser,
  buffer: TokenBuffer,
): StretchTokeniser {
  if (tokens.length === 0) return between
  const findAdded = createAddedTokenFinder(tokens)
  return (text, start, end) => {
    let from = start
    const stretch = start === 0 && end === text.length ? text : text.slice(start, end)
    for (const added of findAdded(stretch)) {
      between(text, from, start + added.start)
      buffer.mark(buffer.count)
      buffer.push(added.id, start + added.start, start + added.end)
      from = start + added.end
    }
    between(text, from, end)
  }
}
