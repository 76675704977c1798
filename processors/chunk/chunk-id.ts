import { createHash } from 'node:crypto'
import type { ChunkOptions } from './options.ts'

/** Grows when the same options begin to cut elsewhere. */
const ALGORITHM = 1

export type ChunkId = (start: number, end: number, text: string) => string

/**
 * Ids of the chunks of one text: the same text, tokenizer and options give the same ids everywhere. UUIDs of version 8
 * (RFC 9562: custom), made of the first 122 free bits of a SHA-256.
 */
export function chunkIds(text: string, tokenizerSha256: string, options: ChunkOptions): ChunkId {
  const { maxTokens, overlap, reserve, specialTokens } = options
  const settings = [ALGORITHM, maxTokens, overlap, reserve, specialTokens].join(',')
  const content = createHash('sha256').update(text, 'utf8').digest('hex')
  const prefix = `chunk:${content}:${tokenizerSha256}:${settings}`
  return (start, end, piece) => {
    const hash = createHash('sha256').update(`${prefix}:${start}:${end}:`).update(piece, 'utf8')
    return uuidOf(hash.digest())
  }
}

function uuidOf(hash: Buffer): string {
  hash[6] = (hash[6]! & 0x0f) | 0x80
  hash[8] = (hash[8]! & 0x3f) | 0x80
  const hex = hash.toString('hex', 0, 16)
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20)]
  return [...parts, hex.slice(20)].join('-')
}
