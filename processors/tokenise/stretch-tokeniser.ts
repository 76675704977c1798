import { ALONE, HIGH, SPACE, characterClasses } from './character-classes.ts'
import type { CharacterClasses } from './character-classes.ts'
import { codePointAt } from './code-point-at.ts'
import type { TokenBuffer } from './token-buffer.ts'
import type { WordPieceFile } from './tokenizer-file.ts'
import { createWordCache } from './word-cache.ts'
import { createWordPieces } from './word-pieces.ts'

/** Appends the tokens of `text[from, to)`, which holds no added token. */
export type StretchTokeniser = (text: string, from: number, to: number) => void

/** FNV-1a over UTF-16 units. */
const HASH_SEED = 0x811c9dc5
const HASH_PRIME = 0x01000193

/** Makes the hot loop: finds the words of a stretch of text and appends their tokens to `buffer`. */
export function createStretchTokeniser(file: WordPieceFile, buffer: TokenBuffer): StretchTokeniser {
  const classes = characterClasses(file.normalisation)
  const appendPieces = createWordPieces(file, classes, buffer)
  const appendWord = withCache(appendPieces, buffer)
  const appendAlone = withUnitTable(appendPieces, buffer)
  const { ofUnit } = classes
  return (text, from, to) => {
    let i = from
    while (i < to) {
      let unit = text.charCodeAt(i)
      let kind = ofUnit[unit]!
      if (kind === SPACE) {
        i++
        continue
      }
      const start = i
      if (kind === HIGH) kind = classOfPair(classes, text, i, to)
      if (kind === ALONE) {
        i += ofUnit[unit] === HIGH ? 2 : 1
        appendAlone(text, start, i)
        continue
      }
      let hash = HASH_SEED
      do {
        hash = Math.imul(hash ^ unit, HASH_PRIME)
        if (++i === to) break
        unit = text.charCodeAt(i)
        kind = ofUnit[unit]!
        // A low surrogate needs no look at its pair: by itself it never ends a word.
        if (kind === HIGH) kind = classOfPair(classes, text, i, to)
      } while (kind < SPACE)
      appendWord(text, start, i, hash)
    }
  }
}

function classOfPair(classes: CharacterClasses, text: string, at: number, to: number): number {
  const point = codePointAt(text, at, to)
  return point > 0xffff ? classes.ofAstral[point - 0x10000]! : classes.ofUnit[point]!
}

function withCache(
  appendPieces: StretchTokeniser,
  buffer: TokenBuffer,
): (text: string, start: number, end: number, hash: number) => void {
  const cache = createWordCache()
  return (text, start, end, hash) => {
    if (cache.recall(text, start, end, hash, buffer)) return
    const first = buffer.count
    appendPieces(text, start, end)
    cache.remember(text, start, end, hash, buffer, first)
  }
}

const UNSEEN = -1

/** Punctuation and ideographs of one unit nearly always are one token: those are kept in a table by unit. */
function withUnitTable(appendPieces: StretchTokeniser, buffer: TokenBuffer): StretchTokeniser {
  const ids = new Int32Array(0x10000).fill(UNSEEN)
  return (text, start, end) => {
    const unit = text.charCodeAt(start)
    const known = end - start === 1 ? ids[unit]! : UNSEEN
    if (known !== UNSEEN) {
      buffer.push(known, start, end)
      return
    }
    const first = buffer.count
    appendPieces(text, start, end)
    if (end - start === 1 && buffer.count === first + 1) ids[unit] = buffer.ids[first]!
  }
}
