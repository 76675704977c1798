/**
 * How the embedded models read UTF-16 code units: lower case, without accents, full-width forms as ASCII.
 *
 * Built from case and decomposition data that Unicode guarantees never to change, and only for blocks that were full
 * before Node 20, so that the table is the same on every platform and Node version.
 */

/** A unit that no word holds. */
export const SEPARATOR = 0
/** A unit that is skipped inside a word: apostrophes, soft hyphens, zero-width characters, combining accents. */
export const JOINER = 1

/** Folded unit per UTF-16 code unit; {@link SEPARATOR} and {@link JOINER} are reserved values. */
export const FOLDED: Uint16Array = makeTable()

/** True for units that are words by themselves: ideographs, kana, and both halves of surrogate pairs. */
export function standsAlone(unit: number): boolean {
  return (
    (unit >= 0x2e80 && unit <= 0x9fff) ||
    (unit >= 0xd800 && unit <= 0xdfff) ||
    (unit >= 0xf900 && unit <= 0xfaff)
  )
}

function makeTable(): Uint16Array {
  const table = new Uint16Array(0x10000)
  for (let unit = 0; unit < table.length; unit++) table[unit] = fold(unit)
  for (const unit of [0x27, 0xad, 0x2019, 0x200b, 0x200c, 0x200d, 0x2060, 0xfeff])
    table[unit] = JOINER
  return table
}

function fold(unit: number): number {
  if (unit < 0xaa) return foldAscii(unit)
  if (unit < 0xc0) return unit === 0xaa || unit === 0xb5 || unit === 0xba ? unit : SEPARATOR
  if (unit === 0xd7 || unit === 0xf7) return SEPARATOR
  if (unit >= 0x300 && unit <= 0x36f) return JOINER
  if (unit < 0x530 || (unit >= 0x1e00 && unit < 0x2000)) return foldCased(unit)
  if (unit >= 0x2000 && unit <= 0x2bff) return SEPARATOR
  if (unit >= 0x2e00 && unit <= 0x2e7f) return SEPARATOR
  if (unit >= 0x3000 && unit <= 0x303f) return SEPARATOR
  if (unit >= 0xff01 && unit <= 0xff5e) return foldAscii(unit - 0xfee0)
  if (unit >= 0xfe00 && unit <= 0xfe6f) return JOINER
  return unit >= 0xe000 && unit <= 0xf8ff ? SEPARATOR : unit
}

function foldAscii(unit: number): number {
  if (unit >= 0x41 && unit <= 0x5a) return unit + 32
  const kept = (unit >= 0x61 && unit <= 0x7a) || (unit >= 0x30 && unit <= 0x39)
  return kept ? unit : SEPARATOR
}

function foldCased(unit: number): number {
  const lower = String.fromCharCode(unit).normalize('NFD').charAt(0).toLowerCase()
  if (lower === 'ς') return 0x3c3
  return lower.length === 1 ? lower.charCodeAt(0) : unit
}
