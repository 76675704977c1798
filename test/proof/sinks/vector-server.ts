import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { floatsOf } from '../../../schemas/little-endian.ts'
import type { DocumentId } from '../../../schemas/brands.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { VectorIndex, VectorPoint } from '../../../topology/ports/vector-index.ts'

type Call = 'upsert' | 'removeOlder' | 'removeDocuments'

/** One process owns an embedded index: workers reach it over HTTP. */
export const serveVectors = async (index: VectorIndex) => {
  const work: Readonly<Record<Call, (body: string) => Promise<void>>> = {
    upsert: (body) => index.upsert((JSON.parse(body) as readonly string[]).map(pointIn)),
    removeOlder: (body) => index.removeOlder(revisionsIn(body)),
    removeDocuments: (body) => index.removeDocuments(revisionsIn(body)),
  }
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    // Who was killed in the middle has asked for nothing.
    request.on('error', () => undefined)
    request.on('end', () => {
      const call = request.url?.slice(1) as Call
      work[call](Buffer.concat(parts).toString()).then(
        () => response.end(),
        () => response.writeHead(500).end(),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** The writing half of the port, for a worker. */
export const remoteVectors = (
  url: string,
): Pick<VectorIndex, 'upsert' | 'removeOlder' | 'removeDocuments'> => {
  const call = async (name: Call, body: unknown): Promise<void> => {
    const request = {
      method: 'POST',
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(5_000),
    }
    const response = await fetch(`${url}/${name}`, request).catch((error: unknown) => {
      throw new Fault('dependency-down', 'vector-index', 'the index does not answer', error)
    })
    await response.arrayBuffer()
    if (!response.ok) throw new Fault('transient', 'vector-index', `status ${response.status}`)
  }
  return {
    upsert: (points) => call('upsert', points.map(textOf)),
    removeOlder: (revisions) => call('removeOlder', pairsOf(revisions)),
    removeDocuments: (revisions) => call('removeDocuments', pairsOf(revisions)),
  }
}

const pairsOf = (revisions: ReadonlyMap<DocumentId, bigint>) =>
  [...revisions].map(([id, revision]) => [id, String(revision)])

const revisionsIn = (body: string): ReadonlyMap<DocumentId, bigint> =>
  new Map(
    (JSON.parse(body) as readonly (readonly [DocumentId, string])[]).map(([id, revision]) => [
      id,
      BigInt(revision),
    ]),
  )

const textOf = ({ id, vector, payload }: VectorPoint): string => {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength)
  const revision = String(payload.revision)
  return JSON.stringify({ id, vector: bytes.toString('base64'), payload: { ...payload, revision } })
}

const pointIn = (text: string): VectorPoint => {
  const { id, vector, payload } = JSON.parse(text) as {
    readonly id: string
    readonly vector: string
    readonly payload: Omit<VectorPoint['payload'], 'revision'> & { readonly revision: string }
  }
  const revision = BigInt(payload.revision)
  const bytes = new Uint8Array(Buffer.from(vector, 'base64'))
  return { id, vector: floatsOf(bytes), payload: { ...payload, revision } }
}
