import { CLASSES, DIGIT, TOKEN, UNDERSCORE, UNSPACED } from './char-classes.ts'

// What a character counts as where recognisers are looked for: one of 32 kinds. Those below FIRST_TOKEN stand between tokens.
export const OTHER = 0
/** `@`, `:`, `=` and `[`. */
export const SIGN = 1
export const UNSPACED_LETTER = 2
export const DOT = 3
export const DASH = 4
/** `(` and `{`. */
export const BRACKET = 5
export const FIRST_TOKEN = 6
const UNDERSCORES = 30
export const DIGITS = 31
export const SEPARATORS = [OTHER, SIGN, UNSPACED_LETTER, DOT, DASH, BRACKET] as const

/** Small letter, where it is one unit. Sigma has two of them. */
const small = (code: number): number => {
  const lower = String.fromCharCode(code).toLowerCase()
  return lower.length !== 1 ? code : lower === 'ς' ? 0x3c3 : lower.charCodeAt(0)
}

/** `x` counts as `q` and `z` as `j`. */
const ALPHABET = 'abcdefghijklmnopqrstuvwy'

/** Letters beyond ASCII, and two rare ones, share the kinds of others: what looks alike is looked at closely later. */
const letterKind = (code: number): number => {
  const letter = small(code)
  const at = ALPHABET.indexOf(
    letter === 120 ? 'q' : letter === 122 ? 'j' : String.fromCharCode(letter),
  )
  return FIRST_TOKEN + (at < 0 ? letter % ALPHABET.length : at)
}

const kindOf = (code: number): number => {
  const bits = CLASSES[code]!
  if ((bits & DIGIT) !== 0) return DIGITS
  if ((bits & UNDERSCORE) !== 0) return UNDERSCORES
  if ((bits & UNSPACED) !== 0) return UNSPACED_LETTER
  if ((bits & TOKEN) !== 0) return letterKind(code)
  const character = String.fromCharCode(code)
  if ('@:=['.includes(character)) return SIGN
  if ('({'.includes(character)) return BRACKET
  return character === '.' ? DOT : character === '-' ? DASH : OTHER
}

export const KINDS: Uint8Array = Uint8Array.from({ length: 65536 }, (_, code) => kindOf(code))

/** Bits of the kinds of four characters: 15 for the last three, and one that says whether the fourth belongs to a token. */
export const EVENTS_SIZE = 1 << 16
export const INSIDE = 1 << 15

/** Index into an event table of the last four kinds, five bits each. */
export const eventIndex = (kinds: number): number =>
  (kinds & 0x7fff) | (((((kinds >>> 15) & 31) + 26) << 10) & INSIDE)
