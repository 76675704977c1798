import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Uri } from '../../schemas/brands.ts'
import { createdObjects } from './object-notice.ts'

export interface NoticeServerOptions {
  readonly host: string
  /** 0 takes a free one. */
  readonly port: number
  /** What a sender must show as `Authorization: Bearer …`. */
  readonly token: string
  /** Resolves when what the notice says is in the log; what it throws makes the sender try again. */
  readonly take: (objects: readonly Uri[]) => Promise<void>
}

export interface NoticeServer {
  readonly url: string
  /** Ends when what was taken is done. */
  readonly close: () => Promise<void>
}

/** Notices are of one or a few objects. */
const longestNotice = 1024 * 1024
const requestMs = 30_000

const sameText = (given: string, wanted: string): boolean => {
  const [a, b] = [Buffer.from(given), Buffer.from(wanted)]
  return a.length === b.length && timingSafeEqual(a, b)
}

/** Takes the notices of a store by HTTP, one after the other, and answers 200 only for what is in the log. */
export const startNoticeServer = async (options: NoticeServerOptions): Promise<NoticeServer> => {
  let turn: Promise<unknown> = Promise.resolve()

  const statusFor = async (request: IncomingMessage): Promise<number> => {
    if (!sameText(request.headers.authorization ?? '', `Bearer ${options.token}`)) return 401
    // MinIO looks whether somebody is there.
    if (request.method === 'HEAD' || request.method === 'GET') return 200
    if (request.method !== 'POST') return 405
    const body = await bodyOf(request)
    if (body === undefined) return 413
    const objects = createdObjects(body)
    if (objects === undefined) return 400
    const mine = turn.then(() => options.take(objects))
    turn = mine.catch(() => undefined)
    return await mine.then(
      () => 200,
      () => 503,
    )
  }
  const server = createServer((request, response: ServerResponse) => {
    statusFor(request).then(
      (status) => response.writeHead(status, status === 413 ? { connection: 'close' } : {}).end(),
      () => response.destroy(),
    )
  })
  server.requestTimeout = requestMs
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port, options.host, resolve)
  })
  const { port } = server.address() as AddressInfo
  return {
    url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeIdleConnections()
      await turn
      server.closeAllConnections()
      await closed
    },
  }
}

const bodyOf = async (request: IncomingMessage): Promise<string | undefined> => {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > longestNotice) return undefined
  }
  return Buffer.concat(chunks).toString()
}
