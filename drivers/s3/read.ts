import type { IncomingMessage } from 'node:http'
import { headerOf, S3BadAnswer, S3Changed, S3Refusal } from './answers.ts'
import type { S3Client } from './client.ts'
import type { Patience } from './patience.ts'

/** Metadata in which {@link putObject} writes the SHA-256 of the bytes, hex. */
export const sumHeader = 'x-amz-meta-sha256'
/** Metadata with their CRC-32, as {@link crcText} has it. */
export const crcHeader = 'x-amz-meta-crc32'

/** Eight hexadecimal digits. */
export const crcText = (crc32: number): string => crc32.toString(16).padStart(8, '0')
/** Others may call something else so. */
const isCrc = (text: string): boolean => /^[\da-f]{8}$/.test(text)

/** What the head of an answer says of the object. */
export interface S3Head {
  readonly etag: string
  /** Of the whole object. */
  readonly bytes: number
  readonly modifiedAt: number
  readonly sha256?: string
  readonly crc32?: string
}

export interface Range {
  readonly start: number
  readonly end: number
}

const missing = new Set(['NoSuchKey', 'NotFound', ''])

/** An object that is not there, rather than a bucket. */
export const isMissing = (error: unknown): boolean =>
  error instanceof S3Refusal && error.status === 404 && !error.html && missing.has(error.code)

const headOf = (response: IncomingMessage): S3Head => {
  const total =
    /\/(\d+)$/.exec(headerOf(response, 'content-range') ?? '')?.[1] ??
    headerOf(response, 'content-length')
  const bytes = Number(total ?? Number.NaN)
  if (!Number.isSafeInteger(bytes))
    throw new S3BadAnswer('the store does not say how long the object is')
  const sha256 = headerOf(response, sumHeader)
  const crc32 = headerOf(response, crcHeader)
  return {
    etag: headerOf(response, 'etag') ?? '',
    bytes,
    modifiedAt: Date.parse(headerOf(response, 'last-modified') ?? '') || 0,
    ...(sha256 !== undefined && { sha256 }),
    ...(crc32 !== undefined && isCrc(crc32) && { crc32 }),
  }
}

const firstByteOf = (response: IncomingMessage): number =>
  response.statusCode === 206
    ? Number(/^bytes (\d+)-/.exec(headerOf(response, 'content-range') ?? '')?.[1] ?? Number.NaN)
    : 0

/**
 * Head of an object; undefined when it is not there. Asks for its first byte instead of sending HEAD, whose answers cannot
 * say what is wrong.
 */
export const headObject = (
  client: S3Client,
  key: string,
  patience: Patience,
): Promise<S3Head | undefined> =>
  patience.persist(async () => {
    try {
      const request = {
        method: 'GET',
        key,
        headers: { range: 'bytes=0-0' },
        expect: [200, 206, 416],
      } as const
      const response = await client.send(request, patience.left())
      if (response.statusCode === 206) client.skip(response)
      else response.destroy()
      if (response.statusCode !== 416) return headOf(response)
      return await headOfEmpty(client, key, patience)
    } catch (error) {
      if (isMissing(error)) return undefined
      throw error
    }
  })

/** An empty object has no first byte. */
const headOfEmpty = async (client: S3Client, key: string, patience: Patience): Promise<S3Head> => {
  const response = await client.send({ method: 'GET', key, expect: [200] }, patience.left())
  response.destroy()
  return headOf(response)
}

/** A piece of an object. `head` is that of the whole, `at` where the piece begins. */
export interface S3Chunk {
  readonly head: S3Head
  readonly at: number
  readonly bytes: Buffer
}

/** An answer whose body is unread. */
export interface Answer {
  readonly response: IncomingMessage
  readonly head: S3Head
  /** Where in the object its body begins. A store that knows no ranges answers with the whole. */
  readonly from: number
}

/** The body of one answer. */
interface Body {
  readonly head: S3Head
  /** Undefined at its end. Throws when it breaks off or nothing comes. */
  readonly next: () => Promise<Buffer | undefined>
  readonly close: () => void
}

/** What comes of it from `at` on. */
const bodyOf = ({ response, head, from }: Answer, at: number, patience: Patience): Body => {
  const source = response[Symbol.asyncIterator]() as AsyncIterator<Buffer>
  let position = from
  const watch = patience.watch((silence) => response.destroy(silence))
  const next = async (): Promise<Buffer | undefined> => {
    watch.begin()
    try {
      const chunk = await source.next()
      return chunk.done ? undefined : chunk.value
    } finally {
      watch.end()
    }
  }
  return {
    head,
    next: async () => {
      for (;;) {
        const bytes = await next()
        if (!bytes) return undefined
        const skipped = Math.max(0, Math.min(at - position, bytes.length))
        position += bytes.length
        if (skipped < bytes.length) return bytes.subarray(skipped)
      }
    },
    close: () => {
      watch.close()
      response.destroy()
    },
  }
}

/** One request for the bytes from `at` on; undefined when the object ends before. `known` is what the object must still be. */
export const openAnswer = async (
  client: S3Client,
  key: string,
  patience: Patience,
  { at, end, known }: { readonly at: number; readonly end?: number; readonly known?: S3Head },
): Promise<Answer | undefined> => {
  const ranged = at > 0 || end !== undefined
  const headers = {
    ...(ranged && { range: `bytes=${at}-${end === undefined ? '' : end - 1}` }),
    ...(known && { 'if-match': known.etag }),
  }
  const request = { method: 'GET', key, headers, expect: [200, 206, 412, 416] } as const
  const response = await client.send(request, patience.left())
  const { statusCode } = response
  if (statusCode === 412 || (statusCode === 416 && known)) {
    client.skip(response)
    throw new S3Changed()
  }
  if (statusCode === 416) {
    client.skip(response)
    return undefined
  }
  const answer = { response, head: headOf(response), from: firstByteOf(response) }
  if (known && (known.etag !== answer.head.etag || known.bytes !== answer.head.bytes)) {
    response.destroy()
    throw new S3Changed()
  }
  if (answer.from <= at) return answer
  response.destroy()
  throw new S3BadAnswer('the store answers with another range')
}

/**
 * The bytes of an object, or of a range of it, as they come; what breaks off is gone on with where it broke. Throws
 * {@link S3Changed} when the object is another one by then, and {@link S3Refusal} when it is not there.
 */
export async function* readChunks(
  client: S3Client,
  key: string,
  patience: Patience,
  range?: Range,
): AsyncGenerator<S3Chunk> {
  let at = range?.start ?? 0
  let head: S3Head | undefined
  let body: Body | undefined
  const end = (): number => Math.min(range?.end ?? Infinity, head?.bytes ?? Infinity)

  const next = async (): Promise<Buffer | undefined> => {
    if (!body && at >= end()) return undefined
    const rest = { at, ...(range && { end: range.end }), ...(head && { known: head }) }
    if (!body) {
      const answer = await openAnswer(client, key, patience, rest)
      body = answer && bodyOf(answer, at, patience)
      head ??= body?.head
    }
    const bytes = await body?.next()
    if (!bytes && at < end() && body) throw new S3BadAnswer('the answer ended early')
    return bytes
  }

  const nextOrClose = async (): Promise<Buffer | undefined> => {
    try {
      return await next()
    } catch (error) {
      body?.close()
      body = undefined
      throw error
    }
  }

  try {
    for (;;) {
      const found = await patience.persist(nextOrClose)
      if (!found || !head || at >= end()) return
      const bytes = found.subarray(0, end() - at)
      const go = patience.pause()
      yield { head, at, bytes }
      go()
      at += bytes.length
      patience.progress(bytes.length)
    }
  } finally {
    body?.close()
  }
}
