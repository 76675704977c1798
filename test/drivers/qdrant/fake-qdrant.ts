import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Seen {
  readonly method: string
  readonly path: string
  readonly body: string
  readonly apiKey: string | undefined
}

export interface Reply {
  readonly status: number
  readonly body: unknown
  readonly headers?: Readonly<Record<string, string>>
}

export interface FakeQdrant {
  readonly url: string
  readonly seen: readonly Seen[]
  /** Decides the next answers; undefined leaves a request without one, `cut` ends its connection. */
  answer: (seen: Seen) => Reply | 'cut' | undefined
  readonly stop: () => Promise<void>
}

/** A result as the server wraps it. */
export const result = (value: unknown): Reply => ({
  status: 200,
  body: { result: value, status: 'ok', time: 0 },
})

/** An error as the server says it. */
export const refusal = (
  status: number,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): Reply => ({ status, body: { status: { error }, time: 0 }, headers })

/** What a server with one collection, its aliases and no heads answers. */
export const healthy =
  (prefix: string, dimensions = 4) =>
  ({ path }: Seen): Reply => {
    const collection = `${prefix}.model.1.0.0.g1`
    const aliases = [prefix, `${prefix}.model.1.0.0`].map((alias_name) => ({
      alias_name,
      collection_name: collection,
    }))
    if (path === '/aliases') return result({ aliases })
    if (path === '/collections') return result({ collections: [{ name: collection }] })
    if (path.endsWith('/exists')) return result({ exists: true })
    if (path.endsWith('.heads/points')) return result([])
    if (path.includes('/points/query')) return result({ points: [] })
    if (path.includes('/points')) return result({ operation_id: 1, status: 'completed' })
    const vectors = { dense: { size: dimensions, distance: 'Cosine' } }
    return result({ status: 'green', config: { params: { vectors } } })
  }

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
  return Buffer.concat(parts).toString()
}

/** A server that answers what it is told to. */
export const startFakeQdrant = async (): Promise<FakeQdrant> => {
  const seen: Seen[] = []
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const key = request.headers['api-key']
    const now: Seen = {
      method: request.method ?? '',
      path: (request.url ?? '').split('?')[0] ?? '',
      body: await bodyOf(request),
      apiKey: typeof key === 'string' ? key : undefined,
    }
    seen.push(now)
    const reply = fake.answer(now)
    if (reply === undefined) return
    if (reply === 'cut') return void request.socket.destroy()
    const text = typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body)
    const type = typeof reply.body === 'string' ? 'text/html' : 'application/json'
    response.writeHead(reply.status, { 'content-type': type, ...reply.headers }).end(text)
  }
  const server = createServer((request, response) => void respond(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const fake: FakeQdrant = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    answer: () => result(true),
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return fake
}
