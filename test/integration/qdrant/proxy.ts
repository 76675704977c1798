import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** Passes requests on, each after `before` has looked at its path. */
export const startProxy = async (
  target: string,
  before: (path: string) => Promise<void>,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> => {
  const server = createServer((request, response) => {
    void (async () => {
      const parts: Buffer[] = []
      for await (const part of request as AsyncIterable<Buffer>) parts.push(part)
      const path = request.url ?? '/'
      await before(path)
      const body = parts.length > 0 ? { body: Buffer.concat(parts) } : {}
      const headers = { 'content-type': 'application/json' }
      const method = request.method ?? 'GET'
      const answer = await fetch(`${target}${path}`, { method, headers, ...body })
      response.writeHead(answer.status, { 'content-type': 'application/json' })
      response.end(Buffer.from(await answer.arrayBuffer()))
    })()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    stop: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
