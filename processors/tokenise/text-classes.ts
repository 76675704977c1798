import { codePointsOf } from './code-point-set.ts'
import { LETTER, LOWER, MARK, NUMBER, SPACE, UPPER } from './text-data.ts'

/** Classes of code points as the regular expressions of tokenizer files see them, one bit each. */
export const IS_LETTER = 1
export const IS_NUMBER = 2
export const IS_SPACE = 4
/** May stand in the head of a word that mixes cases: every letter but those in lower case, and marks. */
export const IS_HEAD = 8
/** May stand in its tail: every letter but those in upper or title case, and marks. */
export const IS_TAIL = 16
export const IS_BREAK = 32

export type TextClasses = Uint8Array

let classes: TextClasses | undefined

/** Classes by code point; U+FFFD stands for unpaired surrogates. Made when first asked for. */
export function textClasses(): TextClasses {
  return (classes ??= makeClasses())
}

function makeClasses(): TextClasses {
  const table = new Uint8Array(0x110000)
  const add = (ranges: string, bits: number): void => {
    for (const point of codePointsOf(ranges)) table[point] = table[point]! | bits
  }
  add(LETTER, IS_LETTER | IS_HEAD | IS_TAIL)
  for (const point of codePointsOf(UPPER)) table[point] = IS_LETTER | IS_HEAD
  for (const point of codePointsOf(LOWER)) table[point] = IS_LETTER | IS_TAIL
  add(MARK, IS_HEAD | IS_TAIL)
  add(NUMBER, IS_NUMBER)
  add(SPACE, IS_SPACE)
  add('a 2', IS_BREAK)
  return table
}
