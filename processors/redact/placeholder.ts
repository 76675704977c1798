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

/** End of the placeholder that begins at `start`, or -1. */
export const placeholderEnd = (text: string, start: number): number => {
  if (text.charCodeAt(start) !== 91) return -1
  LABEL.lastIndex = start
  return LABEL.test(text) ? LABEL.lastIndex : -1
}

export const isPlaceholder = (value: string): boolean => WHOLE_LABEL.test(value)

export const SURROGATE_DOMAIN = 'pseudonym.invalid'
// Letters may be glued to its front by the text around.
const EMAIL_SURROGATE = /[a-z2-7]{20}@pseudonym\.invalid$/

export const isEmailSurrogate = (value: string): boolean => EMAIL_SURROGATE.test(value)

const NAME_SURROGATE =
  /^(?:[bdfghjklmnprstvz][aiou][bdfghjklmnprstvz][aiou][bdfghjklmnprstvz]){2}$/i

/** One of the two words that stand for a person: nobody is called like that. */
export const isNameSurrogate = (word: string): boolean =>
  word.length === 10 && NAME_SURROGATE.test(word)

/** Digits after the plus sign. */
export const isPhoneSurrogate = (digits: string): boolean =>
  digits.length === 15 && digits.startsWith('999')
