import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { decodeResult, type Result } from './item.ts'

/** The world outside Kafka: takes what workers hand over and remembers all of it, in the order in which it came. */
export interface Effects {
  readonly url: string
  /** Everything that came, also what came again. */
  readonly all: readonly Result[]
  /** How many different results came. */
  readonly distinct: () => number
  readonly close: () => Promise<void>
}

export const openEffects = async (): Promise<Effects> => {
  const all: Result[] = []
  const ids = new Set<string>()
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      for (const line of Buffer.concat(parts).toString().split('\n')) {
        const result = decodeResult(Buffer.from(line))
        all.push(result)
        ids.add(`${result.key}:${result.seq}`)
      }
      response.end()
    })
    // Who was killed in the middle has handed nothing over.
    request.on('error', () => {})
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/`,
    all,
    distinct: () => ids.size,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
