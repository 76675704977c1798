import { matchAt, type Cue, type CueMatch } from './cue.ts'

const LONGEST_PART = 4
const FEWEST_PARTS = 3

/** Letters alone that nobody would write as words: `glcnRzRuZzyg`, but not `getUserPassword`. */
export const isJumbled = (value: string): boolean => {
  if (!/^\p{L}+$/u.test(value)) return false
  const parts = 1 + (value.match(/\p{Ll}\p{Lu}/gu)?.length ?? 0)
  return parts >= FEWEST_PARTS && value.length <= parts * LONGEST_PART
}

const SAID =
  /[ \t]{1,3}(?:is|was|ist|war|lautet|est|es|é|è|är|=|\|)[ \t]{1,3}["'“‘`(]?([\p{L}\d!#$%&^+_~-]{6,64})(?=[\s"'”’`),;:.?!]|$)/uy
/** What text says of passwords, not what they are. */
const ABOUT =
  /^(?:(?:base|sha|md|utf|aes|argon|pbkdf|rsa|ipv|oauth)-?\d|x\.?509$|\d+(?:-|st$|nd$|rd$|th$))/i

const isMade = (value: string): boolean =>
  !ABOUT.test(value) && ((/\d/.test(value) && /\p{L}/u.test(value)) || isJumbled(value))

const IN_ELEMENT = />([^\s<>[\]]{4,64})<\//y

/** `the password is hunter2`, `<password>hunter2</password>`: behind the word and a verb, what is no word. */
export const saidPassword: Cue = (text, _start, end) => {
  const element = matchAt(IN_ELEMENT, text, end)
  const place = element ?? matchAt(SAID, text, end)
  if (!place) return undefined
  const [start, last] = place
  return element || isMade(text.slice(start, last))
    ? { start, end: last, type: 'SECRET', score: 70, recogniser: 'secret/said' }
    : undefined
}

const PIN =
  /(?:[- ]?(?:code|number|nummer))?["']?[ \t]{0,2}(?:[:=]|(?:is|ist|lautet|est|es|è) )[ \t"']{0,3}(\d{4,6})(?![\p{L}\d_]|[.,:-]\d)/iuy

/** `PIN: 4711`. */
export const pin: Cue = (text, _start, end) => secret(matchAt(PIN, text, end), 'secret/pin')

const CREDENTIALS =
  /["']?[ ]{0,2}[:=][ ]{0,2}["']?(?:bearer|basic|token|digest) ([A-Za-z\d._~+/-]{8,2048}={0,2})/iy
/** `Authorization: Bearer …` (RFC 6750, RFC 7617). */
export const authorization: Cue = (text, _start, end) =>
  secret(matchAt(CREDENTIALS, text, end), 'secret/authorization')

const secret = (
  place: readonly [number, number] | undefined,
  recogniser: string,
): CueMatch | undefined =>
  place && { start: place[0], end: place[1], type: 'SECRET', score: 75, recogniser }
