import { hash } from 'node:crypto'
import type { ChunkOptions } from './options.ts'

/** Grows when the same options begin to cut elsewhere. */
const ALGORITHM = 1

type ChunkId = (start: number, end: number, text: string) => string

/**
 * Ids of the chunks of one text: the same text, header, tokenizer and options give the same ids everywhere. UUIDs of version 8
 * (RFC 9562: custom), made of the first 122 free bits of a SHA-256.
 */
export function chunkIds(
  text: string,
  header: string,
  tokenizerSha256: string,
  options: ChunkOptions,
): ChunkId {
  const { maxTokens, overlap, reserve, specialTokens } = options
  const settings = [ALGORITHM, maxTokens, overlap, reserve, specialTokens].join(',')
  const content = hash('sha256', text)
  // Of chunks without a header, ids are as they were before there were any.
  const before = header === '' ? '' : `:${hash('sha256', header)}`
  const prefix = `chunk:${content}:${tokenizerSha256}:${settings}${before}`
  return (start, end, piece) => uuidOf(hash('sha256', `${prefix}:${start}:${end}:${piece}`))
}

function uuidOf(hex: string): string {
  const variant = ((Number.parseInt(hex.charAt(16), 16) & 0x3) | 0x8).toString(16)
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
