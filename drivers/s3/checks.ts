import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { crcText, type S3Head } from './read.ts'

/** Holds the bytes of an object, as they come, against a sum that was kept beside it. */
export interface Check {
  readonly add: (bytes: Uint8Array) => void
  readonly holds: () => boolean
}

/**
 * By CRC-32, which takes a third of the time, where the object has one; else by SHA-256; by nothing where others wrote it. What
 * is looked for is damage: whoever can change the object can change what is beside it as well.
 */
export const checkOf = ({ crc32: crc, sha256 }: S3Head): Check => {
  if (crc !== undefined) return crcCheck(crc)
  return sha256 === undefined ? noCheck : shaCheck(sha256)
}

const noCheck: Check = { add: () => undefined, holds: () => true }

const crcCheck = (expected: string): Check => {
  let sum = 0
  return {
    add: (bytes) => void (sum = crc32(bytes, sum)),
    holds: () => crcText(sum) === expected,
  }
}

const shaCheck = (expected: string): Check => {
  const hash = createHash('sha256')
  return {
    add: (bytes) => void hash.update(bytes),
    holds: () => hash.digest('hex') === expected,
  }
}
