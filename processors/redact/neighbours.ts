import { CLASSES, LETTER, isDigit } from './char-classes.ts'

const isLetter = (code: number) => ((CLASSES[code] ?? 0) & LETTER) !== 0
const isBlank = (code: number) => !(code >= 0) || code <= 32
const CLOSING = new Set(Array.from('.,;:!?)"\'>]', (mark) => mark.charCodeAt(0)))
const JOINING = new Set(Array.from('+()[]{}-./@=<>&|%', (mark) => mark.charCodeAt(0)))
const OPENING = new Set(Array.from(',;("\'<[', (mark) => mark.charCodeAt(0)))

/** Behind one blank a number or a spelled-out address may go on, and behind a soft line break anything. */
const goesOn = (text: string, blank: number, next: number): boolean => {
  const code = text.charCodeAt(next)
  if (text.charCodeAt(blank) === 10) return code === 61 || code === 13
  return code > 127 || isDigit(code) || JOINING.has(code)
}

/** The characters around a value could be part of another one: nothing that every recogniser stops at is between. */
export const touches = (
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
): boolean => {
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  if (isBlank(before) ? goesOn(text, start - 1, start - 2) : !OPENING.has(before)) {
    if (before !== 58 || !isLetter(text.charCodeAt(start - 2))) return true
  }
  if (isBlank(after)) return goesOn(text, end, end + 1)
  return !CLOSING.has(after) || !isBlank(text.charCodeAt(end + 1))
}
