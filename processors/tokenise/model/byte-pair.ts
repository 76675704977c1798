import type { Normalised } from '../normalise/normalised.ts'
import { stringOf } from '../split/pieces.ts'
import { BYTE_CHARACTERS } from './byte-alphabet.ts'
import { Symbols, mergeSymbols } from './merge-symbols.ts'
import { createMergeTable } from './merge-table.ts'
import type { PieceModel } from './model.ts'

/** What a byte-pair model is made of. */
export interface BytePairFile {
  readonly vocabulary: ReadonlyMap<string, number>
  readonly merges: readonly (readonly [left: string, right: string])[]
  /** Pieces spell bytes, by {@link BYTE_CHARACTERS}. */
  readonly byteLevel: boolean
  readonly unknownToken: string | undefined
  /** Neighbouring unknown characters are one token. */
  readonly fuseUnknown: boolean
  /** A character that is not in the vocabulary becomes tokens such as `<0x41>`, one for each byte. */
  readonly byteFallback: boolean
  /** A piece that is in the vocabulary is one token, whatever the merges say. */
  readonly ignoreMerges: boolean
}

export function createBytePair(file: BytePairFile): PieceModel {
  const merges = createMergeTable(mergeIds(file))
  const symbols = new Symbols()
  const fill = file.byteLevel ? fillBytes(file) : fillCharacters(file)
  const wholePiece = file.ignoreMerges ? wholePieceOf(file) : undefined
  return (text, start, end, into) => {
    const whole = wholePiece?.(text, start, end)
    if (whole !== undefined) {
      into.push(whole, text.from[start]!, text.to[end - 1]!)
      return
    }
    symbols.length = 0
    const place = fill(symbols, text, start, end)
    mergeSymbols(symbols, merges)
    let first = 0
    for (let i = 0; i < symbols.length; i++) {
      const last = symbols.ends[i]! - 1
      into.push(symbols.ids[i]!, text.from[place(first)]!, text.to[place(last)]!)
      first = last + 1
    }
  }
}

/** Writes the symbols of a piece before merging; answers which character of the text a unit of theirs belongs to. */
type Fill = (
  symbols: Symbols,
  text: Normalised,
  start: number,
  end: number,
) => (unit: number) => number

function mergeIds(file: BytePairFile): (readonly [number, number, number])[] {
  return file.merges.map(([left, right]) => [
    file.vocabulary.get(left)!,
    file.vocabulary.get(right)!,
    file.vocabulary.get(left + right)!,
  ])
}

function wholePieceOf(
  file: BytePairFile,
): (text: Normalised, start: number, end: number) => number | undefined {
  const { vocabulary, byteLevel } = file
  return (text, start, end) => {
    // No vocabulary has pieces that long; a text without spaces is not copied for nothing.
    if (end - start > 1000) return undefined
    const piece = stringOf(text.points, start, end)
    if (!byteLevel) return vocabulary.get(piece)
    let spelt = ''
    for (const byte of Buffer.from(piece)) spelt += BYTE_CHARACTERS[byte]!
    return vocabulary.get(spelt)
  }
}

function fillBytes(file: BytePairFile): Fill {
  const ids = Int32Array.from(BYTE_CHARACTERS, (character) => file.vocabulary.get(character)!)
  let places = new Int32Array(256)
  const place = (unit: number): number => places[unit]!
  return (symbols, text, start, end) => {
    if (places.length < 4 * (end - start)) places = new Int32Array(8 * (end - start))
    let bytes = 0
    const add = (byte: number, at: number): void => {
      places[bytes++] = at
      symbols.push(ids[byte]!, bytes)
    }
    for (let at = start; at < end; at++) {
      const point = text.points[at]!
      if (point < 0x80) {
        add(point, at)
        continue
      }
      if (point < 0x800) add(0xc0 | (point >> 6), at)
      else {
        if (point < 0x10000) add(0xe0 | (point >> 12), at)
        else {
          add(0xf0 | (point >> 18), at)
          add(0x80 | ((point >> 12) & 0x3f), at)
        }
        add(0x80 | ((point >> 6) & 0x3f), at)
      }
      add(0x80 | (point & 0x3f), at)
    }
    return place
  }
}

const MISSING = -1

function fillCharacters(file: BytePairFile): Fill {
  const known = new Map<number, number>()
  const idOf = (point: number): number => {
    let id = known.get(point)
    if (id === undefined) {
      id = file.vocabulary.get(String.fromCodePoint(point)) ?? MISSING
      known.set(point, id)
    }
    return id
  }
  const fallback = file.byteFallback ? byteTokens(file.vocabulary) : undefined
  const unknown =
    file.unknownToken === undefined ? MISSING : file.vocabulary.get(file.unknownToken)!
  let places: number[] = []
  const place = (unit: number): number => places[unit]!
  const bytes = Buffer.alloc(4)
  return (symbols, text, start, end) => {
    places = []
    let pending = false
    for (let at = start; at < end; at++) {
      const id = idOf(text.points[at]!)
      if (id === MISSING && fallback !== undefined) {
        const size = bytes.write(String.fromCodePoint(text.points[at]!))
        for (let i = 0; i < size; i++) {
          places.push(at)
          symbols.push(fallback[bytes[i]!]!, places.length)
        }
        continue
      }
      if (id === MISSING && unknown === MISSING) continue
      places.push(at)
      if (id === MISSING && pending && file.fuseUnknown)
        symbols.ends[symbols.length - 1] = places.length
      else symbols.push(id === MISSING ? unknown : id, places.length)
      pending = id === MISSING
    }
    return place
  }
}

/** Ids of `<0x00>` to `<0xFF>`, or undefined when one of them is missing. */
export function byteTokens(vocabulary: ReadonlyMap<string, number>): Int32Array | undefined {
  const ids = Int32Array.from({ length: 256 }, (_, byte) => {
    const name = byte.toString(16).toUpperCase().padStart(2, '0')
    return vocabulary.get(`<0x${name}>`) ?? MISSING
  })
  return ids.includes(MISSING) ? undefined : ids
}
