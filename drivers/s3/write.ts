import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { S3Refusal } from './answers.ts'
import type { S3Client } from './client.ts'
import type { Patience } from './patience.ts'
import { crcHeader, crcText, sumHeader } from './read.ts'

/** What must hold of the object that is there, for a write to happen. */
export type S3Condition =
  | { readonly kind: 'absent' }
  | { readonly kind: 'unchanged'; readonly etag: string }
  | { readonly kind: 'none' }

export const sumOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

const conditionHeaders = (condition: S3Condition): Readonly<Record<string, string>> => {
  switch (condition.kind) {
    case 'absent':
      return { 'if-none-match': '*' }
    case 'unchanged':
      return { 'if-match': condition.etag }
    case 'none':
      return {}
  }
}

/** As `x-amz-tagging` has them. */
export const tagHeader = (tags: Readonly<Record<string, string>> = {}): Record<string, string> => {
  const pairs = Object.entries(tags)
  return pairs.length === 0 ? {} : { 'x-amz-tagging': new URLSearchParams(pairs).toString() }
}

/**
 * One attempt to write an object whole, by one request, whatever its size: parts would lose the condition in many stores.
 * `refused` says that the condition does not hold, which after an attempt without an answer may be its own doing. The store
 * checks the bytes by their sum, which is kept beside them.
 */
export const putOnce = async (
  client: S3Client,
  key: string,
  bytes: Buffer,
  condition: S3Condition,
  patience: Patience,
  tags?: Readonly<Record<string, string>>,
): Promise<'written' | 'refused'> => {
  const sha256 = sumOf(bytes)
  const headers = {
    ...conditionHeaders(condition),
    ...tagHeader(tags),
    'content-type': 'application/octet-stream',
    [sumHeader]: sha256,
    [crcHeader]: crcText(crc32(bytes)),
    'x-amz-checksum-sha256': Buffer.from(sha256, 'hex').toString('base64'),
  }
  const request = { method: 'PUT', key, headers, body: bytes, sha256, expect: [200, 412] } as const
  try {
    const response = await client.send(request, patience.left(bytes.length))
    client.skip(response)
    return response.statusCode === 412 ? 'refused' : 'written'
  } catch (error) {
    // The object of an If-Match is gone.
    if (condition.kind === 'unchanged' && isGone(error)) return 'refused'
    throw error
  }
}

const isGone = (error: unknown): boolean =>
  error instanceof S3Refusal && error.status === 404 && error.code !== 'NoSuchBucket'
