import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** What goes wrong with one request. `…-done` happens after the request has taken effect. */
export type FakeFault =
  | 'reset'
  | 'reset-done'
  | 'stall'
  | 'stall-done'
  | 'stall-body'
  | 'truncate'
  | 'short'
  | 'flip'
  | 'garbage'
  | 'html'
  | 'redirect'
  | 'slow'
  | '500-done'
  | `${number} ${string}`

export const fakeFaults: readonly FakeFault[] = [
  'reset',
  'reset-done',
  'stall',
  'stall-done',
  'stall-body',
  'truncate',
  'short',
  'flip',
  'garbage',
  'html',
  'redirect',
  'slow',
  '500-done',
  '503 SlowDown',
  '500 InternalError',
  '409 ConditionalRequestConflict',
  '412 PreconditionFailed',
  '403 AccessDenied',
  '403 RequestTimeTooSkewed',
  '403 ExpiredToken',
  '507 XMinioStorageFull',
  '404 NoSuchBucket',
  '429 TooManyRequests',
  '400 BadDigest',
]

interface Stored {
  readonly bytes: Buffer
  readonly etag: string
  /** Headers that are kept beside it. */
  readonly meta: Record<string, string>
  readonly modified: Date
}

interface Answer {
  readonly status: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

export interface FakeS3Options {
  /** Takes the headers of conditions and does not heed them. */
  readonly overwrites?: boolean
  /** Answers every range with the whole. */
  readonly ignoresRanges?: boolean
  /** Key and certificate, PKCS #12; plain HTTP without them. */
  readonly tls?: { readonly pfx: Buffer; readonly passphrase: string }
  /** Keys of one page of a list. */
  readonly pageKeys?: number
}

export interface FakeS3 {
  readonly endpoint: string
  readonly objects: Map<string, Stored>
  /** What goes wrong with the next requests, in order; undefined lets one through. */
  readonly faults: (FakeFault | undefined)[]
  readonly requests: { readonly method: string; readonly path: string; readonly range?: string }[]
  /** Called when an object was written, before it is answered. */
  onPut?: (key: string) => void
  /** `sum` is the SHA-256 that is kept beside it, hex. */
  readonly set: (key: string, bytes: Uint8Array, sum?: string) => void
  readonly close: () => Promise<void>
}

const xml = (status: number, body: string): Answer => ({
  status,
  headers: { 'content-type': 'application/xml' },
  body: Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>\n${body}`),
})

const refusal = (status: number, code: string): Answer =>
  xml(status, `<Error><Code>${code}</Code><Message>secret text of the store</Message></Error>`)

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

const metaOf = ({ headers }: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      name.startsWith('x-amz-meta-') && typeof value === 'string' ? [[name, value]] : [],
    ),
  )

const etagOf = (bytes: Buffer): string => `"${createHash('md5').update(bytes).digest('hex')}"`

/** An S3 of one bucket, `bucket`, in this process, in which things go wrong when told to. It does not check signatures. */
export const startFakeS3 = async (options: FakeS3Options = {}): Promise<FakeS3> => {
  const { overwrites = false, ignoresRanges = false, pageKeys = 1000, tls } = options
  const objects = new Map<string, Stored>()
  const faults: (FakeFault | undefined)[] = []
  const requests: { method: string; path: string; range?: string }[] = []
  const hooks: { onPut?: (key: string) => void } = {}

  const keep = (key: string, bytes: Uint8Array, meta: Record<string, string>): void => {
    const copy = Buffer.from(bytes)
    objects.set(key, { bytes: copy, etag: etagOf(copy), modified: new Date(), meta })
  }
  const set = (key: string, bytes: Uint8Array, sum?: string): void =>
    keep(key, bytes, sum === undefined ? {} : { 'x-amz-meta-sha256': sum })

  const put = (key: string, request: IncomingMessage, body: Buffer): Answer => {
    const there = objects.get(key)
    const { 'if-none-match': absent, 'if-match': unchanged } = request.headers
    if (Number(request.headers['content-length']) !== body.length)
      return refusal(400, 'IncompleteBody')
    const claimed = request.headers['x-amz-checksum-sha256']
    const sum = createHash('sha256').update(body).digest()
    if (claimed !== undefined && claimed !== sum.toString('base64'))
      return refusal(400, 'BadDigest')
    if (!overwrites && absent === '*' && there) return refusal(412, 'PreconditionFailed')
    if (!overwrites && unchanged !== undefined) {
      if (!there) return refusal(404, 'NoSuchKey')
      if (there.etag !== unchanged) return refusal(412, 'PreconditionFailed')
    }
    keep(key, body, metaOf(request))
    hooks.onPut?.(key)
    return { status: 200, headers: { etag: etagOf(body) } }
  }

  const get = (key: string, request: IncomingMessage): Answer => {
    const there = objects.get(key)
    if (!there) return refusal(404, 'NoSuchKey')
    const { 'if-match': unchanged, range } = request.headers
    if (unchanged !== undefined && unchanged !== there.etag)
      return refusal(412, 'PreconditionFailed')
    const headers = {
      etag: there.etag,
      'last-modified': there.modified.toUTCString(),
      ...there.meta,
    }
    const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '')
    if (!asked || ignoresRanges) return { status: 200, headers, body: there.bytes }
    const start = Number(asked[1])
    const end = Math.min(asked[2] ? Number(asked[2]) + 1 : Infinity, there.bytes.length)
    if (start >= there.bytes.length) return refusal(416, 'InvalidRange')
    const contentRange = `bytes ${start}-${end - 1}/${there.bytes.length}`
    const ranged = { ...headers, 'content-range': contentRange }
    return { status: 206, headers: ranged, body: there.bytes.subarray(start, end) }
  }

  const list = (query: URLSearchParams): Answer => {
    const prefix = query.get('prefix') ?? ''
    const after = query.get('continuation-token') ?? ''
    const all = [...objects.keys()]
      .filter((key) => key.startsWith(prefix) && key > after)
      .sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
    const page = all.slice(0, pageKeys)
    const contents = page.map(
      (key) =>
        `<Contents><Key>${escapeXml(key)}</Key><LastModified>2020-01-01T00:00:00Z</LastModified><ETag>&quot;x&quot;</ETag><Size>${objects.get(key)?.bytes.length}</Size></Contents>`,
    )
    const more = all.length > page.length
    const next = more
      ? `<NextContinuationToken>${escapeXml(page.at(-1) ?? '')}</NextContinuationToken>`
      : ''
    return xml(
      200,
      `<ListBucketResult><IsTruncated>${more}</IsTruncated>${next}${contents.join('')}</ListBucketResult>`,
    )
  }

  const answerTo = (request: IncomingMessage, body: Buffer): Answer => {
    const url = new URL(request.url ?? '/', 'http://fake')
    const [, bucket, ...rest] = url.pathname.split('/')
    const key = rest.map(decodeURIComponent).join('/')
    if (bucket !== 'bucket') return refusal(404, 'NoSuchBucket')
    if (request.method === 'PUT') return put(key, request, body)
    if (request.method === 'DELETE') return objects.delete(key) ? { status: 204 } : { status: 204 }
    if (url.searchParams.has('versioning')) return xml(200, '<VersioningConfiguration/>')
    return key === '' ? list(url.searchParams) : get(key, request)
  }

  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const { method = 'GET', url = '/' } = request
    const { range } = request.headers
    requests.push({ method, path: url, ...(range !== undefined && { range }) })
    const fault = faults.shift()
    void readBody(request).then((body) => {
      if (fault === undefined) return send(response, answerTo(request, body))
      return misbehave(fault, response, () => answerTo(request, body))
    })
  }
  const server = tls ? createTlsServer(tls, onRequest) : createServer(onRequest)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return Object.assign(hooks, {
    endpoint: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    objects,
    faults,
    requests,
    set,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

const readBody = async (request: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = []
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer)
  } catch {
    // The client gave up.
  }
  return Buffer.concat(chunks)
}

const headersOf = ({ headers, body }: Answer): Record<string, string> => ({
  'x-amz-request-id': 'fake',
  ...headers,
  'content-length': String(body?.length ?? 0),
})

const send = (response: ServerResponse, answer: Answer): void => {
  response.writeHead(answer.status, headersOf(answer)).end(answer.body)
}

const misbehave = (fault: FakeFault, response: ServerResponse, effect: () => Answer): void => {
  switch (fault) {
    case 'reset':
      return void response.destroy()
    case 'reset-done':
      effect()
      return void response.destroy()
    case 'stall':
      return
    case 'stall-done':
      return void effect()
    case 'stall-body':
    case 'truncate':
    case 'short': {
      const answer = effect()
      const half = answer.body?.subarray(0, answer.body.length >> 1) ?? Buffer.alloc(0)
      response.writeHead(answer.status, headersOf(answer))
      response.flushHeaders()
      response.write(half, () => {
        if (fault === 'truncate') response.destroy()
        if (fault === 'short') response.socket?.end()
      })
      return
    }
    case 'flip': {
      const answer = effect()
      const body = Buffer.from(answer.body ?? [])
      if (body.length > 0) body[body.length >> 1]! ^= 1
      return send(response, { ...answer, body })
    }
    case 'garbage':
      return void response.socket?.end('this is no HTTP\r\n\r\n')
    case 'html':
      response
        .writeHead(200, { 'content-type': 'text/html' })
        .end('<html><body>Sign in</body></html>')
      return
    case 'redirect':
      response.writeHead(307, { location: 'http://169.254.169.254/latest/meta-data/' }).end()
      return
    case 'slow': {
      const answer = effect()
      response.writeHead(answer.status, headersOf(answer))
      return trickle(response, answer.body ?? Buffer.alloc(0), 0)
    }
    case '500-done':
      effect()
      return send(response, refusal(500, 'InternalError'))
    default: {
      const [status, code = ''] = fault.split(' ')
      return send(response, refusal(Number(status), code))
    }
  }
}

/** In forty pieces, each in a turn of the loop of its own. */
const trickle = (response: ServerResponse, body: Buffer, at: number): void => {
  const step = Math.max(1, Math.ceil(body.length / 40))
  if (at >= body.length) return void response.end()
  response.write(body.subarray(at, at + step))
  setImmediate(() => trickle(response, body, at + step))
}
