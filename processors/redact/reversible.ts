import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto'
import { ff1Decrypt, ff1Encrypt } from './ff1.ts'
import { sealedLabel, sealedParts } from './placeholder.ts'
import type { Keys } from './policy.ts'

/** Which of the tenant's keys a value is written with. */
export interface Sealing {
  readonly key: Uint8Array
  readonly keyId: string
  readonly tenantId: string
}

/** Another key for every use of one secret. */
const derived = (key: Uint8Array, use: string): Buffer =>
  createHmac('sha256', key).update(`archive-streams ${use}`).digest()

const scope = (type: string, tenantId: string) => Buffer.from(`${tenantId}\0${type}`, 'utf8')

const NONCE = 12
const TAG = 16
/** Longer values would make labels that context cannot look through: nothing of them is kept. */
const MOST_BYTES = 240

/**
 * AES-256-GCM under a nonce that is a keyed hash of the value: the same value gives the same text, as a stage that is run again must,
 * and no nonce is used for two values. Undefined for a value that is too long.
 */
export const sealed = (
  type: string,
  value: string,
  { key, keyId, tenantId }: Sealing,
): string | undefined => {
  const bytes = Buffer.from(value, 'utf8')
  if (bytes.length > MOST_BYTES) return undefined
  const aad = scope(type, tenantId)
  const nonce = createHmac('sha256', derived(key, 'nonce')).update(aad).update('\0').update(bytes)
  const iv = nonce.digest().subarray(0, NONCE)
  const cipher = createCipheriv('aes-256-gcm', derived(key, 'encrypt'), iv).setAAD(aad)
  const body = Buffer.concat([cipher.update(bytes), cipher.final()])
  const payload = Buffer.concat([iv, body, cipher.getAuthTag()]).toString('base64url')
  return sealedLabel(type, keyId, payload, 'e')
}

const PRESERVABLE = /^[0-9A-Z ()./+-]{6,64}$/

const characters = (value: string) => value.replace(/[^0-9A-Za-z]/g, '')
const radixOf = (text: string) => (/[A-Za-z]/.test(text) ? 36 : 10)

/** Other digits and letters in the places of those of the value. */
const inPlaceOf = (value: string, others: string): string => {
  let at = 0
  return value.replace(/[0-9A-Za-z]/g, () => others.charAt(at++))
}

/**
 * The value with other digits, and letters if it has any, by FF1; marks between them stay. Undefined for a value of fewer
 * than six digits and letters, or with other characters.
 */
export const preserved = (
  type: string,
  value: string,
  { key, keyId, tenantId }: Sealing,
): string | undefined => {
  const plain = characters(value).toLowerCase()
  if (!PRESERVABLE.test(value) || plain.length < 6) return undefined
  const other = ff1Encrypt(derived(key, 'fpe'), radixOf(plain), scope(type, tenantId), plain)
  const written = inPlaceOf(value, other.toUpperCase())
  // A radix of 36 may give digits alone, which would be read back as a number.
  if (radixOf(other) !== radixOf(plain)) return undefined
  return sealedLabel(type, keyId, written, 'f')
}

const open = (
  payload: string,
  type: string,
  key: Uint8Array,
  tenantId: string,
): string | undefined => {
  const bytes = Buffer.from(payload, 'base64url')
  const [iv, tag] = [bytes.subarray(0, NONCE), bytes.subarray(-TAG)]
  try {
    const cipher = createDecipheriv('aes-256-gcm', derived(key, 'encrypt'), iv)
    cipher.setAAD(scope(type, tenantId)).setAuthTag(tag)
    return Buffer.concat([cipher.update(bytes.subarray(NONCE, -TAG)), cipher.final()]).toString(
      'utf8',
    )
  } catch {
    return undefined
  }
}

/**
 * The value behind what `encrypt` or `fpe` wrote, with the key whose id stands in it: keys that are used no more for writing still
 * read what they wrote. Undefined without that key, for another tenant, and for what is neither.
 */
export const revealed = (label: string, keys: Keys, tenantId: string): string | undefined => {
  const parts = sealedParts(label)
  const key = parts && keys.get(parts.keyId)
  if (!parts || !key) return undefined
  const { type, payload } = parts
  if (parts.kind === 'd') return undefined
  if (parts.kind === 'e') return open(payload, type, key, tenantId)
  const plain = characters(payload).toLowerCase()
  const digits = ff1Decrypt(derived(key, 'fpe'), radixOf(plain), scope(type, tenantId), plain)
  return inPlaceOf(payload, digits.toUpperCase())
}
