import { Pool } from 'undici'
import { QdrantRefusal } from './answers.ts'
import type { QdrantConnection } from './options.ts'

/** The way of points to the server: bytes that are ready to be sent, over connections that stay open. */
export interface QdrantWire {
  readonly send: (path: string, body: Uint8Array, signal: AbortSignal) => Promise<void>
  readonly close: () => Promise<void>
}

type WireOptions = Pick<QdrantConnection, 'url' | 'apiKey' | 'connections'>

export const createWire = ({ url, apiKey, connections }: WireOptions): QdrantWire => {
  // Deadlines are those of the signal.
  const pool = new Pool(url, { connections, headersTimeout: 0, bodyTimeout: 0 })
  const headers = {
    'content-type': 'application/json',
    ...(apiKey !== undefined && { 'api-key': apiKey }),
  }
  return {
    send: async (path, body, signal) => {
      const answer = await pool.request({ method: 'POST', path, headers, body, signal })
      const text = await answer.body.text()
      if (answer.statusCode === 200) return
      const after = answer.headers['retry-after']
      throw new QdrantRefusal(
        answer.statusCode,
        parsed(text),
        typeof after === 'string' ? after : undefined,
      )
    },
    close: () => pool.destroy(),
  }
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return text
  }
}
