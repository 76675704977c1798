import { createServer, request as httpRequest, type IncomingMessage } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Random } from '../../../topology/ports/random.ts'

/** What may be done to a request. */
export const proxyFaults = [
  /** Answered with 503; the store hears nothing of it. */
  'refuse',
  /** The connection breaks before the store has heard of it. */
  'reset-before',
  /** The store does it, and the connection breaks before it is told. */
  'reset-after',
  /** The store hears nothing of it, and no answer ever comes. */
  'stall',
  /** Half of what is sent, or of what is answered, gets through. */
  'truncate',
] as const
export type ProxyFault = (typeof proxyFaults)[number]

export interface FaultProxy {
  readonly endpoint: string
  readonly requests: () => number
  readonly injected: Readonly<Record<ProxyFault, number>>
  readonly close: () => Promise<void>
}

export interface FaultProxyOptions {
  /** `http://host:port` of the store. */
  readonly target: string
  readonly random: Random
  /** Of the requests. */
  readonly share: number
  /** What happens instead of chance, for tests. */
  readonly choose?: (request: IncomingMessage) => ProxyFault | undefined
}

/** Passes requests on to a store as they are, their signatures included, and does something bad to some of them. */
export const startFaultProxy = async (options: FaultProxyOptions): Promise<FaultProxy> => {
  const { random, share } = options
  const { hostname, port } = new URL(options.target)
  const injected = Object.fromEntries(proxyFaults.map((each) => [each, 0])) as Record<
    ProxyFault,
    number
  >
  let requests = 0

  const byChance = (): ProxyFault | undefined =>
    random.next() < share ? proxyFaults[Math.floor(random.next() * proxyFaults.length)] : undefined

  const passOn = async (
    request: IncomingMessage,
    response: ServerResponse,
    fault: ProxyFault | undefined,
  ): Promise<void> => {
    const body = await bodyOf(request)
    const { method, url: path, headers } = request
    const upstream = httpRequest({ hostname, port, method, path, headers, agent: false })
    const dropped = (): void => void request.socket.destroy()
    // A store that is down.
    upstream.on('error', dropped)
    if (fault === 'truncate' && body.length > 1) {
      upstream.write(body.subarray(0, body.length >> 1), () => {
        upstream.destroy()
        dropped()
      })
      return
    }
    upstream.end(body)
    upstream.on('response', (answer) => {
      answer.on('error', dropped)
      if (fault === 'reset-after') {
        answer.resume()
        return void answer.on('end', dropped)
      }
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders)
      if (fault !== 'truncate') return void answer.pipe(response)
      void bodyOf(answer).then((bytes) => {
        response.write(bytes.subarray(0, bytes.length >> 1), dropped)
        response.flushHeaders()
      }, dropped)
    })
  }

  const server = createServer((request, response) => {
    requests += 1
    const fault = options.choose ? options.choose(request) : byChance()
    if (fault) injected[fault] += 1
    request.on('error', () => undefined)
    if (fault === 'refuse') {
      request.resume()
      const body = '<?xml version="1.0"?><Error><Code>SlowDown</Code></Error>'
      request.on('end', () =>
        response.writeHead(503, { 'content-type': 'application/xml' }).end(body),
      )
    } else if (fault === 'reset-before') request.socket.destroy()
    else if (fault === 'stall') request.resume()
    else void passOn(request, response, fault).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: own } = server.address() as AddressInfo
  return {
    endpoint: `http://127.0.0.1:${own}`,
    requests: () => requests,
    injected,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = []
  for await (const part of message) parts.push(part as Buffer)
  return Buffer.concat(parts)
}
