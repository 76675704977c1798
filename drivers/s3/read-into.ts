import type { IncomingMessage } from 'node:http'
import { S3BadAnswer } from './answers.ts'
import type { S3Client } from './client.ts'
import type { Patience } from './patience.ts'
import { openAnswer, type Range, type S3Chunk, type S3Head } from './read.ts'

/**
 * Hands on the bytes of an object, or of a range of it, as {@link readChunks} has them, to one who takes them at once: nothing
 * waits, so the connection is never stopped, which for large objects is worth a tenth of the CPU.
 */
export const readInto = async (
  client: S3Client,
  key: string,
  patience: Patience,
  take: (chunk: S3Chunk) => void,
  range?: Range,
): Promise<void> => {
  let at = range?.start ?? 0
  let head: S3Head | undefined
  const end = (whole: S3Head): number => Math.min(range?.end ?? Infinity, whole.bytes)

  await patience.persist(async () => {
    if (head && at >= end(head)) return
    const rest = { at, ...(range && { end: range.end }), ...(head && { known: head }) }
    const answer = await openAnswer(client, key, patience, rest)
    if (!answer) return
    const known = (head ??= answer.head)
    let position = answer.from
    await flow(answer.response, patience, (found) => {
      const bytes = found.subarray(Math.max(0, at - position), Math.max(0, end(known) - position))
      position += found.length
      if (bytes.length === 0) return at < end(known)
      take({ head: known, at, bytes })
      at += bytes.length
      patience.progress(bytes.length)
      return true
    })
    if (at < end(known)) throw new S3BadAnswer('the answer ended early')
  })
}

/** Hands on a body until it ends, or `take` wants no more; throws when it breaks off or nothing comes. */
const flow = async (
  response: IncomingMessage,
  patience: Patience,
  take: (bytes: Buffer) => boolean,
): Promise<void> => {
  const watch = patience.watch((silence) => response.destroy(silence))
  try {
    await new Promise<void>((resolve, reject) => {
      watch.begin()
      response.on('data', (bytes: Buffer) => {
        try {
          if (take(bytes)) watch.begin()
          else resolve()
        } catch (error) {
          reject(error as Error)
        }
      })
      response.on('end', resolve)
      response.on('error', reject)
      // Each answer is closed, most after their end, and an error costs as much as signing a request.
      response.on('close', () => {
        if (!response.readableEnded) reject(new S3BadAnswer('the answer ended early'))
      })
    })
  } finally {
    watch.close()
    response.destroy()
  }
}
