import { tableOf } from './char-classes.ts'
import { ENTITY_TYPES } from './entity-types.ts'

/**
 * What redaction writes in place of a value, and how a later run knows it again: without that, redacting twice would
 * redact the placeholders.
 *
 * `[EMAIL_ADDRESS]` replace · `[EMAIL_ADDRESS_3]` numbered · `[EMAIL_ADDRESS:mzxw6ytboi…]` hash (20 base32 digits) ·
 * surrogates in ranges that nobody can have: `…@pseudonym.invalid` (RFC 2606) and calling code +999 (not assigned).
 */
const LABEL = new RegExp(
  `\\[(?:${ENTITY_TYPES.join('|')}|[A-Z][A-Z0-9_]{1,47})(?:_\\d{1,6}|:[a-z2-7]{20})?\\]`,
  'y',
)
const WHOLE_LABEL = new RegExp(`^${LABEL.source}$`)

/**
 * `[CREDIT_CARD:key:…:e42]`: encrypted (e), other digits in the same form (f) or another date (d), and two check digits, which tell it
 * from what somebody happened to write into such brackets.
 */
const SEALED = /\[([A-Z][A-Z0-9_]{1,47}):([a-z0-9-]{1,64}):([\w. ()/+-]{6,384}):([efd])(\d{2})\]/y

export type SealedKind = 'e' | 'f' | 'd'

const checkDigits = (text: string): string => {
  let rest = 0
  for (let at = 0; at < text.length; at++) rest = (rest * 257 + text.charCodeAt(at)) % 97
  return String(rest).padStart(2, '0')
}

/** The label of a value that can be read again with its key. */
export const sealedLabel = (
  type: string,
  keyId: string,
  payload: string,
  kind: SealedKind,
): string => `[${type}:${keyId}:${payload}:${kind}${checkDigits(`${type}:${keyId}:${payload}`)}]`

/** What such a label is made of. */
export interface SealedParts {
  readonly kind: SealedKind
  readonly type: string
  readonly keyId: string
  readonly payload: string
}

const sealedAt = (text: string, start: number): SealedParts | undefined => {
  SEALED.lastIndex = start
  const [, type, keyId, payload, kind, check] = SEALED.exec(text) ?? []
  if (type === undefined || keyId === undefined || payload === undefined) return undefined
  if (checkDigits(`${type}:${keyId}:${payload}`) !== check) return undefined
  return { kind: kind as SealedKind, type, keyId, payload }
}

const sealedEnd = (text: string, start: number): number =>
  sealedAt(text, start) ? SEALED.lastIndex : -1

export const sealedParts = (label: string): SealedParts | undefined =>
  sealedEnd(label, 0) === label.length ? sealedAt(label, 0) : undefined

/** The first character of every label: most brackets are those of links and lists. */
const LABEL_STARTS = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZ')

/** End of the placeholder that begins at `start`, or -1. */
export const placeholderEnd = (text: string, start: number): number => {
  if (text.charCodeAt(start) !== 91 || LABEL_STARTS[text.charCodeAt(start + 1)] !== 1) return -1
  LABEL.lastIndex = start
  return LABEL.test(text) ? LABEL.lastIndex : sealedEnd(text, start)
}

export const isPlaceholder = (value: string): boolean =>
  WHOLE_LABEL.test(value) || placeholderEnd(value, 0) === value.length

export const SURROGATE_DOMAIN = 'pseudonym.invalid'
// Letters may be glued to its front by the text around.
const EMAIL_SURROGATE = /[a-z2-7]{20}@pseudonym\.invalid$/

export const isEmailSurrogate = (value: string): boolean => EMAIL_SURROGATE.test(value)

/** Characters before its at-sign. */
export const SURROGATE_LOCAL = 20
const SURROGATE_SIZE = SURROGATE_LOCAL + 1 + SURROGATE_DOMAIN.length

/** End of the e-mail surrogate that begins at `start`, or -1. */
export const surrogateEnd = (text: string, start: number): number => {
  const end = start + SURROGATE_SIZE
  if (end > text.length || text.charCodeAt(start + SURROGATE_LOCAL) !== 64) return -1
  return isEmailSurrogate(text.slice(start, end)) ? end : -1
}

/** Where the e-mail surrogate begins that ends at `end`, or -1. */
export const surrogateStart = (text: string, end: number): number => {
  const start = end - SURROGATE_SIZE
  return start >= 0 && surrogateEnd(text, start) === end ? start : -1
}

const NAME_SURROGATE =
  /^(?:[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]){2}$/i

/** One of the two words that stand for a person: nobody is called like that. */
export const isNameSurrogate = (word: string): boolean =>
  word.length === 10 && NAME_SURROGATE.test(word)

/** Digits after the plus sign. */
export const isPhoneSurrogate = (digits: string): boolean =>
  digits.length === 15 && digits.startsWith('999')

/** A stretch lies inside of a placeholder. */
export const insidePlaceholder = (text: string, start: number, end: number): boolean => {
  const open = text.slice(Math.max(0, start - LONGEST), start + 1).lastIndexOf('[')
  if (open < 0) return false
  return placeholderEnd(text, Math.max(0, start - LONGEST) + open) >= end
}

/** Characters of the longest placeholder. */
export const LONGEST = 512

/** Ends of labels, which may have begun before the text, surrogates of addresses, and words like those of names. */
const REPLACED =
  /(?:\b[A-Z][A-Z0-9_]{1,47}|:[a-z2-7]{20}|:[efd]\d{2})\]|[a-z2-7]{20}@pseudonym\.invalid|\p{L}{10}/gu

/** What stands behind the last value that was replaced: nobody knows how much there was before, so what stands there may come nearer. */
export const behindReplaced = (text: string): string => {
  let behind = 0
  for (const { 0: found, index } of text.matchAll(REPLACED))
    if (/[\].]/.test(found) || isNameSurrogate(found)) behind = index + found.length
  return text.slice(behind)
}
