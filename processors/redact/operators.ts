import { createHmac } from 'node:crypto'
import { canonicalValue } from './canonical-value.ts'
import { offsetDays, shiftedDate } from './date-shift.ts'
import { preserved, sealed, type Sealing } from './reversible.ts'
import { viewOf } from './view.ts'
import { SURROGATE_DOMAIN, sealedLabel } from './placeholder.ts'
import type { EntityRule, Keys } from './policy.ts'

/** What the operators need besides the policy. */
export interface Secrets {
  readonly keys: Keys
  /** Part of every keyed value: the same person has different pseudonyms in two tenants. */
  readonly tenantId: string
  /** Whose dates move together: the id of the document. Those of the tenant when it is left out. */
  readonly subject?: string
}

export const NO_SECRETS: Secrets = { keys: new Map(), tenantId: '' }

const BASE32 = 'abcdefghijklmnopqrstuvwxyz234567'
const HASH_DIGITS = 20
const MEMO = 16_384

/** Thrown when a key vanished after the policy was checked with it. Never carries the value or the key. */
export class MissingKeyError extends Error {
  readonly code = 'PII_KEY_MISSING'
  constructor(keyId: string | undefined) {
    super(`no key with id ${JSON.stringify(keyId ?? '')}`)
  }
}

const requireKey = (keys: Keys, keyId: string | undefined): Uint8Array => {
  const key = keyId === undefined ? undefined : keys.get(keyId)
  if (!key) throw new MissingKeyError(keyId)
  return key
}

const base32 = (bytes: Uint8Array, digits: number): string => {
  let text = ''
  let bits = 0
  let buffer = 0
  for (let at = 0; text.length < digits; at++) {
    buffer = ((buffer << 8) | bytes[at]!) & 0xfff
    bits += 8
    for (; bits >= 5 && text.length < digits; bits -= 5) text += BASE32[(buffer >> (bits - 5)) & 31]
  }
  return text
}

const CONSONANTS = 'bdfghjklmnprstvz'
const VOWELS = 'aiou'

/** Sixteen bits as five letters that can be said: consonant, vowel, consonant, vowel, consonant (proquint). */
const sayable = (high: number, low: number): string => {
  const value = (high << 8) | low
  return (
    CONSONANTS[value >> 12]! +
    VOWELS[(value >> 10) & 3]! +
    CONSONANTS[(value >> 6) & 15]! +
    VOWELS[(value >> 4) & 3]! +
    CONSONANTS[value & 15]!
  )
}

const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

const surrogate = (type: string, digest: Uint8Array): string => {
  switch (type) {
    case 'EMAIL_ADDRESS':
      return `${base32(digest, HASH_DIGITS)}@${SURROGATE_DOMAIN}`
    case 'PHONE_NUMBER': {
      const number = Buffer.from(digest).readBigUInt64BE() % 1_000_000_000_000n
      return `+999${String(number).padStart(12, '0')}`
    }
    case 'PERSON': {
      const words = [0, 4].map(
        (at) => sayable(digest[at]!, digest[at + 1]!) + sayable(digest[at + 2]!, digest[at + 3]!),
      )
      return words.map(capital).join(' ')
    }
    default:
      return `[${type}:${base32(digest, HASH_DIGITS)}]`
  }
}

const isAlphanumeric = /[\p{L}\p{Nd}]/u

/** Of these nothing stays. */
const SECRET_TYPES: ReadonlySet<string> = new Set(['SECRET', 'URL_CREDENTIALS'])

/**
 * Hides letters and digits. Of a number's last group the last digits stay, as many as the rule says and at most half of the
 * value's: what stays must neither be a word nor read as a value again.
 */
export const maskValue = (
  type: string,
  value: string,
  { maskCharacter, keepLast }: EntityRule,
): string => {
  const characters = Array.from(value)
  const total = characters.filter((c) => isAlphanumeric.test(c)).length
  const most = SECRET_TYPES.has(type) ? 0 : Math.min(keepLast, total >> 1)
  let first = characters.length
  while (first > 0 && characters.length - first < most && /\p{Nd}/u.test(characters[first - 1]!))
    first--
  return characters
    .map((c, at) => (at < first && isAlphanumeric.test(c) ? maskCharacter : c))
    .join('')
}

const remember = (memo: Map<string, string>, key: string, written: string): string => {
  if (memo.size >= MEMO) memo.clear()
  memo.set(key, written)
  return written
}

/**
 * Writes replacements for the values of one document. `numbered` counts in the order of first appearance; keyed
 * operators are a function of key, tenant, type and canonical value only, so they are the same in every document.
 */
export class Replacer {
  readonly #secrets: Secrets
  readonly #numbers = new Map<string, number>()
  readonly #counts = new Map<string, number>()
  readonly #memo = new Map<string, string>()
  readonly #labels = new Map<string, Map<string, string>>()

  constructor(secrets: Secrets) {
    this.#secrets = secrets
  }

  /** `glued`: letters or digits stand beside the value, which would join a surrogate that has no brackets. */
  replace(type: string, value: string, rule: EntityRule, glued = false): string {
    switch (rule.operator) {
      case 'keep':
        return value
      case 'replace':
        return `[${type}]`
      case 'numbered':
        return this.label(type, value)
      case 'mask':
        return maskValue(type, value, rule)
      case 'hash':
        return this.#tagged(type, value, rule)
      case 'pseudonymise':
        return glued
          ? this.#tagged(type, value, rule)
          : this.#memoised(type, type, value, rule.keyId, (digest) => surrogate(type, digest))
      case 'encrypt':
        return sealed(type, value, this.#sealing(rule.keyId)) ?? `[${type}]`
      case 'fpe':
        return (
          preserved(type, viewOf(value).text, this.#sealing(rule.keyId)) ??
          this.#tagged(type, value, rule)
        )
      case 'date-shift':
        return this.#shifted(type, value, rule)
    }
  }

  #sealing(keyId: string | undefined): Sealing {
    const { keys, tenantId } = this.#secrets
    return { key: requireKey(keys, keyId), keyId: keyId ?? '', tenantId }
  }

  /** What is no date, or one that cannot be read, is replaced. */
  #shifted(type: string, value: string, { keyId, maxDays }: EntityRule): string {
    const { keys, tenantId, subject = '' } = this.#secrets
    const days = offsetDays(requireKey(keys, keyId), tenantId, subject, maxDays)
    const date = type.startsWith('DATE') ? shiftedDate(viewOf(value).text, days) : undefined
    return date === undefined ? `[${type}]` : sealedLabel(type, keyId ?? '', date, 'd')
  }

  #tagged(type: string, value: string, { keyId }: EntityRule): string {
    const write = (digest: Uint8Array) => `[${type}:${base32(digest, HASH_DIGITS)}]`
    return this.#memoised(`hash\0${type}`, type, value, keyId, write)
  }

  /** `[PERSON_2]`: the second different value of the type in this document. */
  label(type: string, value: string): string {
    const labels = this.#labelsOf(type)
    const known = labels.get(value)
    if (known !== undefined) return known
    const key = `${type}\0${canonicalValue(type, value)}`
    let number = this.#numbers.get(key)
    if (number === undefined) {
      number = (this.#counts.get(type) ?? 0) + 1
      this.#counts.set(type, number)
      this.#numbers.set(key, number)
    }
    return remember(labels, value, `[${type}_${number}]`)
  }

  /** Those of one type by value: a key of both would have to be written for each value of a long chat. */
  #labelsOf(type: string): Map<string, string> {
    const known = this.#labels.get(type)
    if (known) return known
    const labels = new Map<string, string>()
    this.#labels.set(type, labels)
    return labels
  }

  #memoised(
    kind: string,
    type: string,
    value: string,
    keyId: string | undefined,
    write: (digest: Uint8Array) => string,
  ): string {
    const memoKey = `${kind}\0${value}`
    const known = this.#memo.get(memoKey)
    if (known !== undefined) return known
    return remember(this.#memo, memoKey, write(this.#digest(type, value, keyId)))
  }

  #digest(type: string, value: string, keyId: string | undefined): Uint8Array {
    const key = requireKey(this.#secrets.keys, keyId)
    const message = `${this.#secrets.tenantId}\0${type}\0${canonicalValue(type, value)}`
    return createHmac('sha256', key).update(message, 'utf8').digest()
  }
}
