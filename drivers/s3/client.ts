import { createHash } from 'node:crypto'
import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest, type RequestOptions } from 'node:https'
import { Client, type ClientOptions } from 'minio'
import { isWebPage, S3BadAnswer, S3Refusal, S3Silence } from './answers.ts'
import type { S3Connection } from './options.ts'
import { readList, type S3Page } from './read-list.ts'
import { ReceivingAgent } from './receiving-agent.ts'

/*
 * The client minio signs requests and builds their addresses. It has no time-outs, retries by rules of its own
 * and takes part in multipart uploads of others, so every request goes through one transport, which sees the request and
 * ends it, and nothing of the client that retries or splits is used (docs/object-stores.md).
 */

export interface S3Request {
  readonly method: 'GET' | 'PUT' | 'DELETE'
  readonly key: string
  /** Behind the question mark, escaped. */
  readonly query?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
  /** SHA-256 of the body, hex, where it is known. */
  readonly sha256?: string
  /** Status codes that are answers; all others are thrown as {@link S3Refusal}. */
  readonly expect: readonly number[]
}

/** One bucket. One request each; nothing is tried twice. */
export interface S3Client {
  readonly endpoint: string
  readonly bucket: string
  /** The answer, its body unread: read, skip or destroy it. */
  readonly send: (request: S3Request, limitMs: number) => Promise<IncomingMessage>
  /** Lets a body that nobody wants pass, so that its connection can be used again; closes that when the body does not come. */
  readonly skip: (response: IncomingMessage) => void
  readonly page: (prefix: string, from: string | undefined, limitMs: number) => Promise<S3Page>
  /** What the bucket answers to a question about itself. */
  readonly ask: (query: string, limitMs: number) => Promise<string>
  readonly close: () => void
}

/** Most bytes of an answer that is an error, and of a page of a list. */
const longestRefusal = 64 * 1024
const longestList = 8 * 1024 * 1024

/** As signatures have it: everything but letters, digits and `-_.~`. */
export const escapeValue = (value: string): string =>
  encodeURIComponent(value).replaceAll(
    /[!'()*]/g,
    (each) => `%${each.charCodeAt(0).toString(16).toUpperCase()}`,
  )

const sha256Of = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex')
const sumOfNothing = sha256Of(Buffer.alloc(0))

const hosts = ({ endpoint }: S3Connection) => {
  const { protocol, hostname, port } = new URL(endpoint)
  return { endPoint: hostname, useSSL: protocol === 'https:', ...(port && { port: Number(port) }) }
}

const agentOf = (secure: boolean, { ca, connections: maxSockets }: S3Connection) =>
  secure
    ? new HttpsAgent({ keepAlive: true, maxSockets, ...(ca !== undefined && { ca }) })
    : new ReceivingAgent({ keepAlive: true, maxSockets })

/** A client for one request at a time, as the transport is the only place where a request can be seen. */
interface Slot {
  readonly client: Client
  expect: readonly number[]
  request: ClientRequest | undefined
}

export const createS3Client = (connection: S3Connection, bucket: string): S3Client => {
  const { endpoint, region, credentials, clock, limits } = connection
  const where = hosts(connection)
  const agent = agentOf(where.useSSL, connection)
  const open = where.useSSL ? httpsRequest : httpRequest
  const options: ClientOptions = {
    ...where,
    ...credentials,
    region,
    transportAgent: agent,
    retryOptions: { disableRetry: true },
  }
  /** On plain connections the signature covers the body, on others TLS does. */
  const signsBody = credentials !== undefined && !where.useSSL

  const spare: Slot[] = []
  /** Making a client costs as much as signing a request. */
  const newSlot = (): Slot => {
    const transport = {
      request: (options: RequestOptions, answer: (response: IncomingMessage) => void) => {
        const { expect } = slot
        const sent = open(options, (response) => {
          response.on('error', () => undefined)
          if (expect.includes(response.statusCode ?? 0) && !isWebPage(response)) answer(response)
          else void refusalOf(response).then((refusal) => sent.emit('error', refusal))
        })
        slot.request = sent
        return sent
      },
    }
    const client = new Client({ ...options, transport } as unknown as ClientOptions)
    const slot: Slot = { client, expect: [], request: undefined }
    return slot
  }

  const within = <T>(
    expect: readonly number[],
    limitMs: number,
    work: (client: Client) => Promise<T>,
  ): Promise<T> =>
    new Promise((resolve, reject) => {
      const slot = spare.pop() ?? newSlot()
      slot.expect = expect
      slot.request = undefined
      const disarm = clock.after(limitMs, () => {
        slot.request?.destroy(new S3Silence(limitMs))
        reject(new S3Silence(limitMs))
      })
      const done = (answer: T): void => {
        disarm()
        // One that failed may still be about to send, so it is not used again.
        spare.push(slot)
        resolve(answer)
      }
      const failed = (error: unknown): void => {
        disarm()
        reject(error as Error)
      }
      work(slot.client).then(done, failed)
    })

  const ask = (query: string, limitMs: number): Promise<string> =>
    within([200], limitMs, async (client) => {
      const request = { method: 'GET', bucketName: bucket, query }
      const sum = signsBody ? sumOfNothing : ''
      const response = await client.makeRequestStreamAsync(request, '', sum, [200], region)
      return textOf(response, longestList)
    })

  return {
    endpoint,
    bucket,
    send: ({ method, key, query, headers = {}, body, sha256, expect }, limitMs) => {
      // Text goes out in one write with the head of the request; bytes, even none, in a second one.
      const payload = body ?? ''
      const sum = signsBody ? (sha256 ?? (body ? sha256Of(body) : sumOfNothing)) : ''
      const sized = method === 'GET' ? headers : { ...headers, 'content-length': payload.length }
      const about = { bucketName: bucket, objectName: key, ...(query !== undefined && { query }) }
      const request = { method, ...about, headers: sized }
      return within(expect, limitMs, (client) =>
        client.makeRequestStreamAsync(request, payload, sum, [...expect], region),
      )
    },
    skip: (response) => {
      response.once(
        'close',
        clock.after(limits.idleMs, () => void response.destroy()),
      )
      response.resume()
    },
    ask,
    page: async (prefix, from, limitMs) => {
      const query = [
        ...(from === undefined ? [] : [`continuation-token=${escapeValue(from)}`]),
        'list-type=2',
        'max-keys=1000',
        `prefix=${escapeValue(prefix)}`,
      ]
      return readList(await ask(query.join('&'), limitMs))
    },
    close: () => agent.destroy(),
  }
}

const refusalOf = async (response: IncomingMessage): Promise<S3Refusal> =>
  new S3Refusal(response, await textOf(response, longestRefusal).catch(() => ''))

/** Throws {@link S3BadAnswer} when the answer is longer. */
const textOf = async (response: IncomingMessage, longest: number): Promise<string> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > longest) throw new S3BadAnswer('the answer is too long')
  }
  return Buffer.concat(chunks).toString()
}
