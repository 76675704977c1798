import type { Uri } from '../../schemas/brands.ts'
import { SourceError, type SourceStore } from '../../topology/ports/source-store.ts'
import { S3Refusal } from './answers.ts'
import { createS3Client, type S3Client } from './client.ts'
import { asS3Fault } from './faults.ts'
import type { S3Connection, S3SourceStoreOptions } from './options.ts'
import { createPatience } from './patience.ts'
import { headObject, isMissing, readChunks, type Range } from './read.ts'
import { isBelow, parseSourcePlace, type SourcePlace } from './source-places.ts'

const defaultPieceBytes = 256 * 1024

const hostOf = ({ endpoint }: S3Connection): string => new URL(endpoint).host

/** A source of one bucket. */
interface Located {
  readonly client: S3Client
  readonly connection: S3Connection
  readonly key: string
}

/** Denied to us alone, while others of the bucket may be read; wrong credentials are a fault instead. */
const denied = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'InvalidObjectState',
  'KeyTooLongError',
])

export interface S3SourceStore extends SourceStore {
  readonly close: () => Promise<void>
}

/**
 * Reads `s3:` and `minio:` URIs, only at the given endpoints and below the given roots. Redirects are not followed. Nothing is
 * asked of a store before the URI is judged.
 */
export const createS3SourceStore = (options: S3SourceStoreOptions): S3SourceStore => {
  const { connections, pieceBytes = defaultPieceBytes } = options
  const byHost = new Map(connections.map((each) => [hostOf(each), each]))
  const [defaultHost = ''] = byHost.keys()
  const roots = options.roots.map((root) => parseSourcePlace(root, defaultHost))
  const clients = new Map<string, S3Client>()

  const clientOf = (connection: S3Connection, { host, bucket }: SourcePlace): S3Client => {
    const name = `${host}/${bucket}`
    const known = clients.get(name) ?? createS3Client(connection, bucket)
    clients.set(name, known)
    return known
  }

  const locate = (uri: Uri): Located => {
    const place = parseSourcePlace(uri, defaultHost)
    const connection = byHost.get(place.host)
    if (!connection || !roots.some((root) => isBelow(root, place)))
      throw new SourceError(
        'uri-not-allowed',
        'the source is outside the allowed buckets and folders',
      )
    if (place.key === '' || place.key.endsWith('/'))
      throw new SourceError('not-a-file', 'the source is a folder')
    return { client: clientOf(connection, place), connection, key: place.key }
  }

  const asSourceError = (error: unknown, { client, connection }: Located): unknown => {
    if (isMissing(error)) return new SourceError('not-found', 'the source is not there', error)
    if (error instanceof S3Refusal && denied.has(error.code))
      return new SourceError('not-readable', 'the source cannot be opened', error)
    const { endpoint, bucket } = client
    const place = { endpoint, bucket, dependency: 'source-store' }
    return asS3Fault(error, place, connection.clock.now())
  }

  async function* read(uri: Uri, range?: Range): AsyncGenerator<Uint8Array> {
    const located = locate(uri)
    if (range && range.end <= range.start) return
    const { client, connection, key } = located
    try {
      yield* inPieces(readChunks(client, key, createPatience(connection), range), pieceBytes)
    } catch (error) {
      throw asSourceError(error, located)
    }
  }

  return {
    stat: async (uri) => {
      const located = locate(uri)
      const { client, connection, key } = located
      const found = await headObject(client, key, createPatience(connection)).catch(
        (error: unknown) => {
          throw asSourceError(error, located)
        },
      )
      if (!found) throw new SourceError('not-found', 'the source is not there')
      return { bytes: found.bytes, modifiedAt: found.modifiedAt }
    },
    read,
    close: async () => {
      for (const client of clients.values()) client.close()
    },
  }
}

/** Each piece has its own memory, so that it can be handed to another thread. */
async function* inPieces(
  chunks: AsyncIterable<{ readonly bytes: Buffer }>,
  pieceBytes: number,
): AsyncGenerator<Buffer> {
  let piece = Buffer.allocUnsafeSlow(pieceBytes)
  let filled = 0
  for await (const { bytes } of chunks) {
    for (let taken = 0; taken < bytes.length;) {
      const copied = bytes.copy(piece, filled, taken)
      taken += copied
      filled += copied
      if (filled < pieceBytes) continue
      yield piece
      piece = Buffer.allocUnsafeSlow(pieceBytes)
      filled = 0
    }
  }
  if (filled > 0) yield Buffer.from(piece.subarray(0, filled))
}
