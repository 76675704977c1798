import { createHash } from 'node:crypto'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const BECH32 = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest()

const fromBase58 = (text: string): Uint8Array | undefined => {
  let value = 0n
  for (const c of text) {
    const digit = BASE58.indexOf(c)
    if (digit < 0) return undefined
    value = value * 58n + BigInt(digit)
  }
  const bytes = new Uint8Array(25)
  for (let at = 24; at >= 0; at--, value >>= 8n) bytes[at] = Number(value & 255n)
  return value === 0n ? bytes : undefined
}

/** A Bitcoin address of version 0 or 5: Base58Check, four bytes of a double SHA-256 at the end. */
const isBase58Check = (text: string): boolean => {
  const bytes = fromBase58(text)
  if (!bytes) return false
  return sha256(sha256(bytes.subarray(0, 21)))
    .subarray(0, 4)
    .equals(bytes.subarray(21))
}

const GENERATORS = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3]

const polymod = (values: readonly number[]): number => {
  let check = 1
  for (const value of values) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ value
    for (let bit = 0; bit < 5; bit++) if ((top >>> bit) & 1) check ^= GENERATORS[bit]!
  }
  return check >>> 0
}

/** A segregated-witness address: Bech32 (BIP 173) or Bech32m (BIP 350), human-readable part `bc` or `tb`. */
const isBech32 = (text: string): boolean => {
  const lower = text.toLowerCase()
  if (lower !== text && text.toUpperCase() !== text) return false
  const data = Array.from(lower.slice(3), (c) => BECH32.indexOf(c))
  if (data.includes(-1)) return false
  const prefix = lower.slice(0, 2)
  const codes = Array.from(prefix).map((c) => c.charCodeAt(0))
  const check = polymod([
    ...codes.map((code) => code >> 5),
    0,
    ...codes.map((code) => code & 31),
    ...data,
  ])
  return check === 1 || check === 0x2bc830a3
}

/** Which kind of wallet address a whole token is. */
export const walletKind = (
  token: string,
): { readonly kind: string; readonly score: number } | undefined => {
  const first = token.charCodeAt(0)
  if (first === 48)
    return /^0x[0-9a-fA-F]{40}$/.test(token) ? { kind: 'eth', score: 85 } : undefined
  if (token.length < 26 || token.length > 74) return undefined
  if (first === 49 || first === 51)
    return token.length <= 35 && isBase58Check(token) ? { kind: 'btc', score: 99 } : undefined
  return /^(?:bc|tb)1/i.test(token) && isBech32(token) ? { kind: 'bech32', score: 99 } : undefined
}
