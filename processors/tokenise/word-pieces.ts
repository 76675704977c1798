import type { CharacterClasses } from './character-classes.ts'
import { createPieceTrie } from './piece-trie.ts'
import type { PieceMatch } from './piece-trie.ts'
import type { TokenBuffer } from './token-buffer.ts'
import type { WordPieceFile } from './tokenizer-file.ts'
import { createWordNormaliser } from './word-normaliser.ts'
import type { NormalisedWord } from './word-normaliser.ts'

/** Appends the tokens of the raw word `text[start, end)` to the buffer. */
export type WordPieces = (text: string, start: number, end: number) => void

/**
 * The WordPiece model: the longest piece that matches, again and again; a word of which some part matches nothing, or
 * that is too long, is one unknown token as a whole.
 */
export function createWordPieces(
  file: WordPieceFile,
  classes: CharacterClasses,
  buffer: TokenBuffer,
): WordPieces {
  const trie = createPieceTrie(file.vocabulary, file.continuationPrefix)
  const normalise = createWordNormaliser(classes, file.longestWord)
  const unknown = file.vocabulary.get(file.unknownToken)!
  const match: PieceMatch = { id: -1, end: 0 }
  const appendPieces = (word: NormalisedWord, base: number): boolean => {
    for (let at = 0; at < word.length; at = match.end) {
      trie.longest(word.units, at, word.length, at > 0, match)
      if (match.id < 0) return false
      buffer.push(match.id, base + word.from[at]!, base + word.to[match.end - 1]!)
    }
    return true
  }
  return (text, start, end) => {
    const word = normalise(text, start, end)
    if (word.length === 0) return
    const first = buffer.count
    if (word.points <= file.longestWord && appendPieces(word, start)) return
    buffer.count = first
    buffer.push(unknown, start + word.from[0]!, start + word.to[word.length - 1]!)
  }
}
