import type { IncomingMessage } from 'node:http'

/** What a store said instead of doing what it was asked for. */
export class S3Refusal extends Error {
  readonly status: number
  /** Error code of S3, such as `NoSuchKey`; empty where the answer has none. */
  readonly code: string
  /** Whether the answer is a web page: whoever gave it is no object store. */
  readonly html: boolean
  /** Region of the bucket, where the store says that it is another one. */
  readonly region?: string
  /** What the store's clock said, epoch milliseconds. */
  readonly storeTime?: number

  constructor(response: IncomingMessage, body: string) {
    const status = response.statusCode ?? 0
    const code = elementOf(body, 'Code') ?? ''
    super(`status ${status}${code && ` ${code}`}`)
    this.name = 'S3Refusal'
    this.status = status
    this.code = code
    this.html = isWebPage(response)
    const region = headerOf(response, 'x-amz-bucket-region') ?? elementOf(body, 'Region')
    if (region !== undefined && /^[a-z0-9-]{1,64}$/i.test(region)) this.region = region
    const storeTime = Date.parse(response.headers.date ?? '')
    if (!Number.isNaN(storeTime)) this.storeTime = storeTime
  }
}

/** Nothing came for as long as an attempt waits. */
export class S3Silence extends Error {
  constructor(ms: number) {
    super(`nothing for ${ms} ms`)
    this.name = 'S3Silence'
  }
}

/** The answer is not what the store promised in its head, or not what was stored. */
export class S3BadAnswer extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'S3BadAnswer'
  }
}

/** The object was replaced or removed between two requests of one call. */
export class S3Changed extends Error {
  constructor() {
    super('the object was changed while it was read')
    this.name = 'S3Changed'
  }
}

/** An object does not hold the bytes whose sum is kept beside it. */
export class S3Damaged extends Error {
  constructor() {
    super('an object is damaged: its bytes are not those that were put; restore it from a backup')
    this.name = 'S3Damaged'
  }
}

/** Only words: an answer is untrusted, and its texts reach logs. */
const elementOf = (body: string, name: string): string | undefined =>
  new RegExp(`<${name}>([\\w.-]{1,64})</${name}>`).exec(body)?.[1]

export const headerOf = (response: IncomingMessage, name: string): string | undefined => {
  const value = response.headers[name]
  return Array.isArray(value) ? value[0] : value
}

/** Documents may be web pages, but then an object store says that it is one. */
export const isWebPage = ({ headers }: IncomingMessage): boolean =>
  /^text\/html\b/i.test(headers['content-type'] ?? '') &&
  !Object.keys(headers).some((name) => name.startsWith('x-amz-') || name === 'cf-ray')
