import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Health } from './health.ts'

/** What the server shows. Everything is asked for at the time of the request. */
export interface OperationsViews {
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>
  readonly live: () => Health
  readonly ready: () => Health
  readonly status: () => unknown
}

export interface OperationsServer {
  /** `http://host:port`. */
  readonly url: string
  readonly close: () => Promise<void>
}

export interface OperationsAddress {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
}

/** The address cannot be listened at. */
export class AddressTaken extends Error {
  constructor({ host, port }: OperationsAddress, code: string) {
    const aboutPort = code === 'EADDRINUSE' || code === 'EACCES'
    const advice = aboutPort
      ? 'give another --metrics-port, or 0 for a free one'
      : 'look at http.host'
    super(`${host}:${port} cannot be listened at (${code}); ${advice}`)
    this.name = 'AddressTaken'
  }
}

const json = 'application/json; charset=utf-8'

const send = (response: ServerResponse, code: number, type: string, body: string): void => {
  response.writeHead(code, { 'content-type': type, 'cache-control': 'no-store' }).end(body)
}

const sendHealth = (response: ServerResponse, health: Health): void =>
  send(response, health.ok ? 200 : 503, json, `${JSON.stringify(health)}\n`)

/** Metrics for Prometheus, probes for Kubernetes, and figures for `status`. Reads only; nothing can be changed through it. */
export const startOperationsServer = async (
  address: OperationsAddress,
  views: OperationsViews,
): Promise<OperationsServer> => {
  const answer = async (path: string, response: ServerResponse): Promise<void> => {
    switch (path) {
      case '/metrics': {
        const { contentType, text } = await views.metrics()
        return send(response, 200, contentType, text)
      }
      case '/health/live':
        return sendHealth(response, views.live())
      case '/health/ready':
        return sendHealth(response, views.ready())
      case '/status':
        return send(response, 200, json, `${JSON.stringify(views.status())}\n`)
      default:
        return send(response, 404, 'text/plain', 'no such page\n')
    }
  }
  const server = createServer((request, response) => {
    if (request.method !== 'GET' && request.method !== 'HEAD')
      return send(response, 405, 'text/plain', 'GET only\n')
    const path = (request.url ?? '/').split('?')[0] ?? '/'
    answer(path, response).catch(() => send(response, 500, 'text/plain', 'failed\n'))
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', ({ code = 'unknown' }: NodeJS.ErrnoException) =>
      reject(new AddressTaken(address, code)),
    )
    server.listen(address.port, address.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  const host = address.host.includes(':') ? `[${address.host}]` : address.host
  return {
    url: `http://${host}:${port}`,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
