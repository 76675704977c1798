import { createHash } from 'node:crypto'
import type { Tokens } from '../../topology/model/document.ts'
import { createAddedTokenFinder } from './added-token-finder.ts'
import { createStretchTokeniser } from './stretch-tokeniser.ts'
import { TokenBuffer } from './token-buffer.ts'
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
  /** True when a token with this id begins a word, so that cutting before it changes no other token. */
  readonly startsWord: (id: number) => boolean
  /** The piece behind an id as the file spells it, such as `##ing`. */
  readonly piece: (id: number) => string | undefined
  /** Normalised text: pieces of a word joined, words parted by single spaces, unknown ids left out. */
  readonly decode: (ids: Iterable<number>) => string
}

/**
 * Builds a tokeniser from the text of a `tokenizer.json`: WordPiece with `BertNormalizer` and `BertPreTokenizer`. Ids
 * and offsets equal those of the reference implementation (`tokenizers` 0.23.2), whose offsets count code points.
 *
 * @throws {TokenizerFileError} when the file is not JSON or asks for anything else
 */
export function createTokeniser(json: string): Tokeniser {
  const file = readTokenizerFile(json)
  const pieces = piecesById(file)
  const vocabularySize = [...pieces.keys()].reduce((most, id) => Math.max(most, id + 1), 0)
  const continuing = new Uint8Array(vocabularySize)
  for (const [id, piece] of pieces)
    if (piece.startsWith(file.continuationPrefix)) continuing[id] = 1
  return {
    sha256: createHash('sha256').update(json, 'utf8').digest('hex'),
    vocabularySize,
    before: file.before,
    after: file.after,
    tokenise: createTokenise(file),
    startsWord: (id) => continuing[id] !== 1,
    piece: (id) => pieces.get(id),
    decode: (ids) => decode(pieces, file.continuationPrefix, ids),
  }
}

function piecesById(file: TokenizerFile): Map<number, string> {
  const pieces = new Map<number, string>()
  for (const [piece, id] of file.vocabulary) pieces.set(id, piece)
  for (const token of file.addedTokens) pieces.set(token.id, token.content)
  return pieces
}

function decode(
  pieces: ReadonlyMap<number, string>,
  prefix: string,
  ids: Iterable<number>,
): string {
  let text = ''
  for (const id of ids) {
    const piece = pieces.get(id)
    if (piece === undefined) continue
    if (text !== '' && piece.startsWith(prefix)) text += piece.slice(prefix.length)
    else text += text === '' ? piece : ` ${piece}`
  }
  return text
}

function createTokenise(file: TokenizerFile): (text: string) => Tokens {
  const findAdded = createAddedTokenFinder(file.addedTokens)
  const buffer = new TokenBuffer()
  const tokeniseStretch = createStretchTokeniser(file, buffer)
  return (text) => {
    buffer.count = 0
    let from = 0
    for (const added of findAdded(text)) {
      tokeniseStretch(text, from, added.start)
      buffer.push(added.id, added.start, added.end)
      from = added.end
    }
    tokeniseStretch(text, from, text.length)
    return buffer.take()
  }
}
