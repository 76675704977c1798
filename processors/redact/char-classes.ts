/**
 * One byte of class bits per UTF-16 code unit, so that the scanner's pass is a table look-up per character.
 *
 * The table is built from frozen ranges, not from the runtime's Unicode data: the same text gives the same findings on
 * every version of Node.
 */
export const LETTER = 1
export const DIGIT = 2
export const UNDERSCORE = 4
/** Part of a token: a letter, a digit or an underscore. */
export const TOKEN = LETTER | DIGIT | UNDERSCORE
/** Starts a recogniser when seen outside a token. */
export const TRIGGER = 8
/** A reason to build the normalised view. */
export const UNUSUAL = 16
/** A script written without spaces between words: its letters end a Latin token. */
export const UNSPACED = 32
export const HEX = 64

const between = (code: number, ranges: readonly (readonly [number, number])[]) =>
  ranges.some(([first, last]) => code >= first && code <= last)

const NOT_LETTERS = [
  [0x80, 0xa9],
  [0xab, 0xb4],
  [0xb6, 0xb9],
  [0xbb, 0xbf],
  [0xd7, 0xd7],
  [0xf7, 0xf7],
  [0x2000, 0x2bff],
  [0x3000, 0x3004],
  [0x3008, 0x3020],
  [0x30fb, 0x30fb],
  [0xd800, 0xf8ff],
  [0xfe00, 0xfe6f],
  [0xfeff, 0xff20],
  [0xff3b, 0xff40],
  [0xff5b, 0xff65],
  [0xffe0, 0xffff],
] as const

const UNSPACED_SCRIPTS = [
  [0x0e00, 0x0eff],
  [0x1000, 0x109f],
  [0x1780, 0x17ff],
  [0x2e80, 0x2fff],
  [0x3005, 0x3007],
  [0x3040, 0x30fa],
  [0x30fc, 0x9fff],
  [0xac00, 0xd7af],
  [0xf900, 0xfaff],
  [0xff66, 0xffdc],
] as const

/** Zero of every decimal digit block of the basic plane beyond ASCII (Unicode 16, general category Nd). */
export const DIGIT_ZEROS: readonly number[] = [
  0x660, 0x6f0, 0x7c0, 0x966, 0x9e6, 0xa66, 0xae6, 0xb66, 0xbe6, 0xc66, 0xce6, 0xd66, 0xde6, 0xe50,
  0xed0, 0xf20, 0x1040, 0x1090, 0x17e0, 0x1810, 0x1946, 0x19d0, 0x1a80, 0x1a90, 0x1b50, 0x1bb0,
  0x1c40, 0x1c50, 0xa620, 0xa8d0, 0xa900, 0xa9d0, 0xa9f0, 0xaa50, 0xabf0, 0xff10,
]

/** Invisible: dropped from the view. Soft hyphen, joiners, directional marks, variation selectors, byte order mark. */
export const INVISIBLE: readonly (readonly [number, number])[] = [
  [0xad, 0xad],
  [0x34f, 0x34f],
  [0x61c, 0x61c],
  [0x180b, 0x180e],
  [0x200b, 0x200f],
  [0x202a, 0x202e],
  [0x2060, 0x2069],
  [0xfe00, 0xfe0f],
  [0xfeff, 0xfeff],
]

/** Written differently, meant the same: code unit to its ASCII form. */
export const VARIANTS: ReadonlyMap<number, string> = new Map([
  ...[0xa0, 0x1680, 0x202f, 0x205f, 0x3000].map((code) => [code, ' '] as const),
  ...Array.from({ length: 11 }, (_, i) => [0x2000 + i, ' '] as const),
  ...[0x2010, 0x2011, 0x2012, 0x2013, 0x2014, 0x2015, 0x2212, 0xfe58, 0xfe63].map(
    (code) => [code, '-'] as const,
  ),
  ...[0x2024, 0x3002, 0xfe52, 0xff61].map((code) => [code, '.'] as const),
  [0xfe6b, '@'] as const,
  [0xfe55, ':'] as const,
  [0x2044, '/'] as const,
  [0x2215, '/'] as const,
  ...DIGIT_ZEROS.flatMap((zero) =>
    Array.from({ length: 10 }, (_, i) => [zero + i, String(i)] as const),
  ),
  ...Array.from({ length: 0x5e }, (_, i) => [0xff01 + i, String.fromCharCode(0x21 + i)] as const),
])

const ascii = (code: number) => {
  if (code >= 48 && code <= 57) return DIGIT | HEX
  const lower = code | 32
  if (lower >= 97 && lower <= 122) return LETTER | (lower <= 102 ? HEX : 0)
  if (code === 95) return UNDERSCORE
  return '@:=-[({'.includes(String.fromCharCode(code)) ? TRIGGER : 0
}

const classOf = (code: number) => {
  if (code < 128) return ascii(code)
  const unusual = VARIANTS.has(code) || between(code, INVISIBLE) ? UNUSUAL : 0
  if (unusual > 0 || between(code, NOT_LETTERS)) return unusual
  return LETTER | (between(code, UNSPACED_SCRIPTS) ? UNSPACED : 0)
}

/** Class bits by UTF-16 code unit. Mathematical digits (U+1D7CE) come as surrogates and are met by the view. */
export const CLASSES: Uint8Array = Uint8Array.from({ length: 65536 }, (_, code) => classOf(code))
CLASSES[0xd835] = UNUSUAL
CLASSES[0xdb40] = UNUSUAL

/** 1 where the view may differ from what is written: `=`, `<`, `&` and `\` by what follows them. */
export const SPECIAL: Uint8Array = CLASSES.map((kind, code) =>
  (kind & UNUSUAL) !== 0 || code === 38 || code === 60 || code === 61 || code === 92 ? 1 : 0,
)

export const isDigit = (code: number): boolean => code >= 48 && code <= 57
/** Belongs to the same token as a letter or digit beside it. Scripts without spaces end a token. */
export const isToken = (code: number): boolean => {
  const kind = CLASSES[code] ?? 0
  return (kind & TOKEN) !== 0 && (kind & UNSPACED) === 0
}

/** A table that is 1 for the given characters of the basic plane: asked for each character, where a set would be hashed. */
export const tableOf = (characters: string): Uint8Array => {
  const table = new Uint8Array(65536)
  for (let at = 0; at < characters.length; at++) table[characters.charCodeAt(at)] = 1
  return table
}
