import { wellFormed } from '../well-formed.ts'

/** How a spreadsheet writes a UTF-16 unit that XML cannot hold as it is; `_x005F_` is an underscore that would begin one. */
const ESCAPE = /_x([0-9a-fA-F]{4})_/g

/** The text of a cell without such escapes, on one line: line ends inside a cell would look like rows. */
export const cellString = (text: string): string => {
  if (isPlain(text)) return text
  const plain = text.includes('_x') ? wellFormed(text.replace(ESCAPE, unitOf)) : text
  return UNEVEN.test(plain) ? plain.replace(/\s+/g, ' ').trim() : plain.trim()
}

const [SPACE, UNDERSCORE, NO_BREAK_SPACE] = [0x20, 0x5f, 0xa0] as const

/** True of most texts: no white space but single spaces inside, and nothing that an escape could begin with. */
const isPlain = (text: string): boolean => {
  let before: number = SPACE
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === UNDERSCORE || unit >= NO_BREAK_SPACE) return false
    if (unit <= SPACE && (unit !== SPACE || before === SPACE)) return false
    before = unit
  }
  return before !== SPACE
}

const UNEVEN = /\s\s|[^\S ]/

/** Control characters say nothing in a text: they count as white space. */
const unitOf = (_: string, hex: string): string => {
  const unit = Number.parseInt(hex, 16)
  return unit < 0x20 ? ' ' : String.fromCharCode(unit)
}
