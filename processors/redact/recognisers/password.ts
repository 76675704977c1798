import { matchAt, type Cue } from './cue.ts'

const LONGEST_PART = 4
const FEWEST_PARTS = 3

/** Letters alone that nobody would write as words: `glcnRzRuZzyg`, but not `getUserPassword`. */
export const isJumbled = (value: string): boolean => {
  if (!/^\p{L}+$/u.test(value)) return false
  const parts = 1 + (value.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0)
  return parts >= FEWEST_PARTS && value.length <= parts * LONGEST_PART
}

const SAID =
  /[ \t]{1,3}(?:is|was|ist|war|lautet|est|es|é|è|är|=)[ \t]{1,3}["'“‘`(]?([\p{L}\d!#$%&^+_~-]{6,64})(?=[\s"'”’`),;:.?!]|$)/uy
/** What text says of passwords, not what they are. */
const ABOUT =
  /^(?:(?:base|sha|md|utf|aes|argon|pbkdf|rsa|ipv|oauth)-?\d|x\.?509$|\d+(?:-|st$|nd$|rd$|th$))/i

const isMade = (value: string): boolean =>
  !ABOUT.test(value) && ((/\d/.test(value) && /\p{L}/u.test(value)) || isJumbled(value))

/** `the password is hunter2`: behind the word and a verb, what is no word. */
export const saidPassword: Cue = (text, _start, end) => {
  const place = matchAt(SAID, text, end)
  if (!place) return undefined
  const [start, last] = place
  return isMade(text.slice(start, last))
    ? { start, end: last, type: 'SECRET', score: 70, recogniser: 'secret/said' }
    : undefined
}
