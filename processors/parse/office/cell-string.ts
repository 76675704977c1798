import { wellFormed } from '../well-formed.ts'

/** How a spreadsheet writes a UTF-16 unit that XML cannot hold as it is; `_x005F_` is an underscore that would begin one. */
const ESCAPE = /_x([0-9a-fA-F]{4})_/g

/** The text of a cell without such escapes, on one line: line ends inside a cell would look like rows. */
export const cellString = (text: string): string => {
  const plain = text.includes('_x') ? wellFormed(text.replace(ESCAPE, unitOf)) : text
  return UNEVEN.test(plain) ? plain.replace(/\s+/g, ' ').trim() : plain.trim()
}

const UNEVEN = /\s\s|[^\S ]/

/** Control characters say nothing in a text: they count as white space. */
const unitOf = (_: string, hex: string): string => {
  const unit = Number.parseInt(hex, 16)
  return unit < 0x20 ? ' ' : String.fromCharCode(unit)
}
