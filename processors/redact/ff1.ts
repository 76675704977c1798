import { createCipheriv } from 'node:crypto'

const BLOCK = 16
const ROUNDS = 10
const ALPHABET = '0123456789abcdefghijklmnopqrstuvwxyz'

const toNumber = (digits: string, radix: number): bigint => {
  let value = 0n
  for (const digit of digits) value = value * BigInt(radix) + BigInt(ALPHABET.indexOf(digit))
  return value
}

const toDigits = (value: bigint, radix: number, length: number): string =>
  value.toString(radix).padStart(length, '0')

const bytesOf = (value: bigint, length: number): Buffer =>
  Buffer.from(value.toString(16).padStart(length * 2, '0'), 'hex')

/** What one round adds, for one key, radix, tweak and length. */
const roundFunction = (key: Uint8Array, radix: number, tweak: Uint8Array, length: number) => {
  const half = length >> 1
  const width = Math.ceil((BigInt(radix) ** BigInt(length - half) - 1n).toString(16).length / 2)
  const bytes = 4 * Math.ceil(width / 4) + 4
  const head = Buffer.alloc(BLOCK)
  head.set([1, 2, 1, radix >> 16, (radix >> 8) & 255, radix & 255, ROUNDS, half & 255])
  head.writeUInt32BE(length, 8)
  head.writeUInt32BE(tweak.length, 12)
  const encrypt = (text: Uint8Array, mode: 'cbc' | 'ecb'): Buffer => {
    const iv = mode === 'cbc' ? Buffer.alloc(BLOCK) : null
    return createCipheriv(`aes-${key.length * 8}-${mode}`, key, iv)
      .setAutoPadding(false)
      .update(text)
  }
  const padding = Buffer.alloc((((-tweak.length - width - 1) % BLOCK) + BLOCK) % BLOCK)
  return (round: number, side: bigint): bigint => {
    const text = Buffer.concat([head, tweak, padding, Buffer.from([round]), bytesOf(side, width)])
    const sum = encrypt(text, 'cbc').subarray(-BLOCK)
    const parts = [sum]
    for (let block = 1; parts.length * BLOCK < bytes; block++) {
      const next = Buffer.from(sum)
      next.writeUInt32BE((next.readUInt32BE(12) ^ block) >>> 0, 12)
      parts.push(encrypt(next, 'ecb'))
    }
    return BigInt(`0x${Buffer.concat(parts).subarray(0, bytes).toString('hex')}`)
  }
}

const ff1 = (
  direction: 1 | -1,
  key: Uint8Array,
  radix: 10 | 36,
  tweak: Uint8Array,
  digits: string,
): string => {
  const half = digits.length >> 1
  const sizes = [half, digits.length - half] as const
  const moduli = sizes.map((size) => BigInt(radix) ** BigInt(size)) as [bigint, bigint]
  const addition = roundFunction(key, radix, tweak, digits.length)
  let a = toNumber(digits.slice(0, half), radix)
  let b = toNumber(digits.slice(half), radix)
  for (let k = 0; k < ROUNDS; k++) {
    const round = direction === 1 ? k : ROUNDS - 1 - k
    const modulus = moduli[round % 2]!
    if (direction === 1) {
      const c = (a + addition(round, b)) % modulus
      a = b
      b = c
    } else {
      const c = (((b - addition(round, a)) % modulus) + modulus) % modulus
      b = a
      a = c
    }
  }
  return toDigits(a, radix, sizes[0]) + toDigits(b, radix, sizes[1])
}

/**
 * Format-preserving encryption FF1 of NIST SP 800-38G: digits and small letters of a radix to as many others. There must be at
 * least a million values of that length, and the key is one of AES.
 */
export const ff1Encrypt = (
  key: Uint8Array,
  radix: 10 | 36,
  tweak: Uint8Array,
  digits: string,
): string => ff1(1, key, radix, tweak, digits)

/** Undoes {@link ff1Encrypt}. */
export const ff1Decrypt = (
  key: Uint8Array,
  radix: 10 | 36,
  tweak: Uint8Array,
  digits: string,
): string => ff1(-1, key, radix, tweak, digits)
