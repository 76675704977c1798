import {
  ACCENTS,
  CLEANED_TO_SPACE,
  DECOMPOSED,
  IDEOGRAPHS,
  LOWERED,
  MARKS,
  PUNCTUATION,
  REMOVED,
  WHITESPACE,
} from './character-data.ts'
import { codePointSet, codePointsOf } from './code-point-set.ts'

/** The switches of a `BertNormalizer`, with `strip_accents` already resolved (it follows `lowercase` when absent). */
export interface Normalisation {
  readonly cleanText: boolean
  readonly handleChineseChars: boolean
  readonly stripAccents: boolean
  readonly lowercase: boolean
}

/** Part of a word. */
export const WORD = 0
/** Part of a word that may change places with its neighbours under canonical ordering. */
export const MARK = 1
/** Leaves no trace and does not end a word. */
export const VANISHING = 2
/** Separates words. */
export const SPACE = 3
/** A word of its own. */
export const ALONE = 4
/** First half of a surrogate pair: look at the whole code point. Only in the table of units. */
export const HIGH = 5

/** What normalising makes of every character, worked out ahead of time for one set of switches. */
export interface CharacterClasses {
  /** Class of each UTF-16 unit. Unpaired surrogates count as U+FFFD, which they become in UTF-8. */
  readonly ofUnit: Uint8Array
  /** Class of each code point above U+FFFF, at `point - 0x10000`. */
  readonly ofAstral: Uint8Array
  /** Replacement of each UTF-16 unit: itself, another unit, or 0 for "look in {@link replacements}". */
  readonly unitMap: Uint16Array
  /** What a code point becomes, where it is not itself. */
  readonly replacements: ReadonlyMap<number, string>
  /** Full decomposition of a code point before anything is stripped, where it is not itself. */
  readonly decomposition: (point: number) => string
  /** Rank of the canonical combining class, 0 for starters. */
  readonly markRank: ReadonlyMap<number, number>
  readonly isAccent: (point: number) => boolean
  /** Dropped by cleaning, before anything else. */
  readonly isDropped: (point: number) => boolean
  readonly lower: (character: string) => string
}

const REPLACEMENT = 0xfffd
const FIRST_HIGH = 0xd800
const FIRST_LOW = 0xdc00
const AFTER_SURROGATES = 0xe000

interface Sets {
  readonly removed: (point: number) => boolean
  readonly toSpace: (point: number) => boolean
  readonly whitespace: (point: number) => boolean
  readonly punctuation: (point: number) => boolean
  readonly ideographs: (point: number) => boolean
  readonly accents: (point: number) => boolean
  readonly decomposed: (point: number) => boolean
  readonly lowered: (point: number) => boolean
}

/**
 * Works out the tables for one set of switches. The order of steps is the reference's: clean, set ideographs apart,
 * decompose and strip, lower; then words are told apart by what came out, not by what went in.
 */
export function characterClasses(normalisation: Normalisation): CharacterClasses {
  const sets = setsFor(normalisation)
  const decomposition = (point: number): string =>
    sets.decomposed(point)
      ? String.fromCodePoint(point).normalize('NFD')
      : String.fromCodePoint(point)
  const lower = (character: string): string =>
    sets.lowered(character.codePointAt(0)!) ? character.toLowerCase() : character
  const tables = {
    ofUnit: new Uint8Array(0x10000),
    ofAstral: new Uint8Array(0x100000),
    unitMap: Uint16Array.from({ length: 0x10000 }, (_, unit) => unit),
    replacements: new Map<number, string>(),
    decomposition,
    markRank: normalisation.stripAccents ? markRanks() : new Map<number, number>(),
    isAccent: sets.accents,
    isDropped: sets.removed,
    lower,
  }
  // A character that is in none of the sets is part of a word and stays as it is: the tables say so from the start.
  for (const ranges of [
    REMOVED,
    WHITESPACE,
    PUNCTUATION,
    IDEOGRAPHS,
    ACCENTS,
    DECOMPOSED,
    LOWERED,
    ...MARKS,
  ]) {
    for (const point of codePointsOf(ranges)) fill(tables, sets, point)
  }
  fillSurrogates(tables)
  return tables
}

function setsFor(normalisation: Normalisation): Sets {
  const never = (): boolean => false
  const when = (on: boolean, ranges: string): ((point: number) => boolean) =>
    on ? codePointSet(ranges).has : never
  return {
    removed: when(normalisation.cleanText, REMOVED),
    toSpace: when(normalisation.cleanText, CLEANED_TO_SPACE),
    whitespace: when(true, WHITESPACE),
    punctuation: when(true, PUNCTUATION),
    ideographs: when(normalisation.handleChineseChars, IDEOGRAPHS),
    accents: when(normalisation.stripAccents, ACCENTS),
    decomposed: when(normalisation.stripAccents, DECOMPOSED),
    lowered: when(normalisation.lowercase, LOWERED),
  }
}

function markRanks(): Map<number, number> {
  const ranks = new Map<number, number>()
  for (const [index, ranges] of MARKS.entries()) {
    for (const point of codePointsOf(ranges)) ranks.set(point, index + 1)
  }
  return ranks
}

type Tables = CharacterClasses & { readonly replacements: Map<number, string> }

function fill(tables: Tables, sets: Sets, point: number): void {
  if (point >= FIRST_HIGH && point < AFTER_SURROGATES) return
  const output = outputOf(tables, sets, point)
  const kind = classOf(tables, sets, point, output)
  if (point > 0xffff) tables.ofAstral[point - 0x10000] = kind
  else tables.ofUnit[point] = kind
  if (kind === SPACE || kind === VANISHING || isItself(output, point)) return
  if (point <= 0xffff && output.length === 1) tables.unitMap[point] = output.charCodeAt(0)
  else tables.replacements.set(point, output)
  if (point <= 0xffff && output.length !== 1) tables.unitMap[point] = 0
}

function isItself(output: string, point: number): boolean {
  return output.codePointAt(0) === point && output.length === (point > 0xffff ? 2 : 1)
}

function outputOf(tables: Tables, sets: Sets, point: number): string {
  if (sets.removed(point)) return ''
  if (sets.toSpace(point)) return ' '
  if (!sets.decomposed(point) && !sets.lowered(point) && !sets.accents(point)) {
    return String.fromCodePoint(point)
  }
  let output = ''
  for (const character of tables.decomposition(point)) {
    if (!sets.accents(character.codePointAt(0)!)) output += tables.lower(character)
  }
  return output
}

function classOf(tables: Tables, sets: Sets, point: number, output: string): number {
  if (output === '') return VANISHING
  if (sets.ideographs(point)) return ALONE
  const first = output.codePointAt(0)!
  if (sets.whitespace(first)) return SPACE
  if (sets.punctuation(first)) return ALONE
  return containsMark(tables, output) ? MARK : WORD
}

function containsMark(tables: Tables, output: string): boolean {
  if (tables.markRank.size === 0) return false
  for (const character of output) if (tables.markRank.has(character.codePointAt(0)!)) return true
  return false
}

function fillSurrogates(tables: Tables): void {
  for (let unit = FIRST_HIGH; unit < AFTER_SURROGATES; unit++) {
    tables.ofUnit[unit] = unit < FIRST_LOW ? HIGH : tables.ofUnit[REPLACEMENT]!
    tables.unitMap[unit] = REPLACEMENT
  }
}
