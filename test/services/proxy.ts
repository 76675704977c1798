import { createServer, type Server } from 'node:http'
import { freePorts } from './free-ports.ts'

/** Passes requests on to a registry, counts them, and breaks the connection while it is told to. */
export const proxyTo = async (target: string) => {
  let requests = 0
  let away = false
  const server: Server = createServer((request, response) => {
    if (away) return void request.socket.destroy()
    requests += 1
    void (async () => {
      const chunks: Buffer[] = []
      for await (const chunk of request) chunks.push(chunk as Buffer)
      const type = request.headers['content-type']
      const answer = await fetch(`${target}${request.url}`, {
        method: request.method ?? 'GET',
        headers: type === undefined ? {} : { 'content-type': type },
        ...(chunks.length > 0 && { body: Buffer.concat(chunks) }),
      })
      const body = Buffer.from(await answer.arrayBuffer())
      const contentType = answer.headers.get('content-type') ?? 'application/json'
      response.writeHead(answer.status, { 'content-type': contentType }).end(body)
    })()
  })
  const [port = 0] = await freePorts(1)
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${port}`,
    requests: () => requests,
    away: (value: boolean) => void (away = value),
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
