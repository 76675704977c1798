import { QdrantClient } from '@qdrant/js-client-rest'
import { fromClient } from './answers.ts'
import { asQdrantFault } from './faults.ts'
import type { QdrantConnection } from './options.ts'
import { createPersist } from './patience.ts'
import { createWire } from './wire.ts'

/** A server, with deadlines, retries and typed faults around every request. */
export interface QdrantServer {
  readonly url: string
  /** A request by the client itself; it may be made more than once. */
  readonly ask: <T>(request: (client: QdrantClient) => Promise<T>) => Promise<T>
  /** A request with points. */
  readonly send: (path: string, body: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
}

export const connectQdrant = (connection: QdrantConnection): QdrantServer => {
  const { url, apiKey, limits } = connection
  const persist = createPersist(connection)
  const wire = createWire(connection)
  const { port } = new URL(url)
  const client = new QdrantClient({
    url,
    // The client takes 6333 for an address without a port.
    port: port === '' ? null : Number(port),
    timeout: limits.attemptMs,
    checkCompatibility: false,
    // Given as an apiKey it would warn on the console of every plain connection.
    ...(apiKey !== undefined && { headers: { 'api-key': apiKey } }),
  })

  const withFaults = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      throw asQdrantFault(error, url)
    }
  }

  return {
    url,
    ask: (request) =>
      withFaults(() =>
        persist(async () => {
          try {
            return await request(client)
          } catch (error) {
            throw fromClient(error)
          }
        }),
      ),
    send: (path, body) => withFaults(() => persist((signal) => wire.send(path, body, signal))),
    close: () => wire.close(),
  }
}
