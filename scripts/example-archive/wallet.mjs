// A Bitcoin address that is well formed and that nobody has a key for: its 20 bytes are a hash of words.
import { createHash } from 'node:crypto'

const alphabet = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
const sha256 = (bytes) => createHash('sha256').update(bytes).digest()

/** Base58Check of version 0 and the first 20 bytes of SHA-256 of `words`. */
export const walletOf = (words) => {
  const payload = Buffer.concat([Buffer.from([0]), sha256(words).subarray(0, 20)])
  const bytes = Buffer.concat([payload, sha256(sha256(payload)).subarray(0, 4)])
  let value = BigInt(`0x${bytes.toString('hex')}`)
  let text = ''
  for (; value > 0n; value /= 58n) text = alphabet[Number(value % 58n)] + text
  return `1${text}`
}
