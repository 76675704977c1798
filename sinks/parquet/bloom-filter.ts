import { optimalNumBytes } from 'hyparquet-writer/src/bloom.js'
import { xxhash64 } from './xxhash64.ts'

/** One value in a hundred that is not in the column seems to be. */
const falsePositives = 0.01
const mostBytes = 1 << 20

/** Of the eight bits that a value sets in its block: https://parquet.apache.org/docs/file-format/bloomfilter/ */
const salt = [
  0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31,
] as const

/** Split-block bloom filter of `count` byte arrays that lie PLAIN in a buffer, each after its length. */
export const bloomFilterOf = (plain: Uint8Array, count: number): Uint32Array | undefined => {
  if (count === 0) return undefined
  const blocks = new Uint32Array(Math.min(mostBytes, optimalNumBytes(count, falsePositives)) / 4)
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  let at = 0
  for (let value = 0; value < count; value++) {
    const start = at + 4
    at = start + view.getUint32(at, true)
    const { high, low } = xxhash64(view, start, at)
    // high * blocks / 2^32 exactly: a product of 32 and at most 15 bits.
    const block = Math.floor((high * (blocks.length / 8)) / 0x100000000) * 8
    for (let bit = 0; bit < 8; bit++) {
      blocks[block + bit]! |= 1 << (Math.imul(low, salt[bit]!) >>> 27)
    }
  }
  return blocks
}
