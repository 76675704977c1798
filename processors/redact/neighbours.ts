import { CLASSES, HEX, LETTER, isDigit } from './char-classes.ts'
import { MAX_GAP, isSeparator } from './recognisers/numeric-run.ts'

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

const BETWEEN = new Set(Array.from(' \t\r\n.,:/()-', (mark) => mark.charCodeAt(0)))
const MOST_HEX = 4

/**
 * A colon behind a word, as in `phone:`. The last group of an address in colons, as in `1::ffff:`, is no word: with something invisible
 * in or before it, it may be such a group.
 */
const isLabel = (text: string, colon: number): boolean => {
  if (!isLetter(text.charCodeAt(colon - 1))) return false
  let at = colon - 1
  while (colon - at <= MOST_HEX && ((CLASSES[text.charCodeAt(at)] ?? 0) & HEX) !== 0) at--
  const before = text.charCodeAt(at)
  return before !== 58 && !(before > 127)
}

/** `(020) 7946`: a number goes on behind a closing bracket and a blank, and a mask leaves its first digits. */
const behindBracket = (code: number): boolean => isDigit(code) || isSeparator(code)

/** Behind marks as many as a number may have between its groups, digits go on. */
const digitsBehind = (text: string, from: number): boolean => {
  let at = from
  while (at - from < MAX_GAP && isSeparator(text.charCodeAt(at))) at++
  const code = text.charCodeAt(at)
  return isDigit(code) || (at > from && code > 127)
}

const TIME = /\d{1,2}:\d\d/y

/** A time of day: with no digits before it to belong to, its first ones are no number. */
const isTime = (text: string, at: number): boolean => {
  TIME.lastIndex = at
  return TIME.test(text)
}

const MOST_CLOSING = 4

/** Marks that end a clause and then a blank: nothing reaches over them, but digits over a bracket to others. */
const closes = (text: string, end: number, labelled: boolean): boolean => {
  let at = end
  let bracket = false
  for (; at - end < MOST_CLOSING && CLOSING.has(text.charCodeAt(at)); at++)
    bracket ||= text.charCodeAt(at) === 41
  if (at === end || !isBlank(text.charCodeAt(at))) return false
  const last = text.charCodeAt(end - 1)
  const numeric = isDigit(last) || last > 127
  if (!bracket || !numeric) return true
  return labelled ? !digitsBehind(text, at + 1) : !behindBracket(text.charCodeAt(at + 1))
}

const MOST_BETWEEN = 3

/** Digits stand before a value: they were left alone because digits followed them. */
const behindDigits = (text: string, start: number): boolean => {
  let at = start - 1
  while (start - at <= MOST_BETWEEN && BETWEEN.has(text.charCodeAt(at))) at--
  return isDigit(text.charCodeAt(at))
}

/**
 * The characters around a value could be part of another one: nothing that every recogniser stops at is between. One that is `labelled`
 * gives way to a label in brackets, so that none of its digits stays.
 */
export const touches = (
  text: string,
  { start, end }: { readonly start: number; readonly end: number },
  labelled = false,
): boolean => {
  const before = text.charCodeAt(start - 1)
  const after = text.charCodeAt(end)
  if (behindDigits(text, start)) return true
  if (isBlank(before) ? goesOn(text, start - 1, start - 2) : !OPENING.has(before)) {
    if (before !== 58 || !isLabel(text, start - 1)) return true
  }
  if (isBlank(after)) return goesOn(text, end, end + 1) && !(labelled && isTime(text, end + 1))
  return !closes(text, end, labelled)
}
