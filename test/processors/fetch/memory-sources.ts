import { asUri, type Uri } from '../../../schemas/brands.ts'
import { SourceError, type SourceStore } from '../../../topology/ports/source-store.ts'

/** A source store over a few files in memory, and what was read from it. */
export interface MemorySources extends SourceStore {
  /** Bytes handed out per file. */
  readonly bytesRead: (uri: string) => number
}

/** `pieceBytes` is the size of the pieces in which files are handed out. */
export const memorySources = (
  files: Readonly<Record<string, Uint8Array | string>>,
  pieceBytes = 65_536,
): MemorySources => {
  const contents = new Map<Uri, Buffer>(
    Object.entries(files).map(([uri, bytes]) => [asUri(uri), Buffer.from(bytes)]),
  )
  const read = new Map<string, number>()
  const fileOf = (uri: Uri): { readonly key: Uri; readonly bytes: Buffer } => {
    const key = asUri(uri.split('#', 1)[0] ?? '')
    const bytes = contents.get(key)
    if (bytes === undefined) throw new SourceError('not-found', 'not-found')
    return { key, bytes }
  }
  return {
    stat: async (uri) => ({ bytes: fileOf(uri).bytes.length, modifiedAt: 1_700_000_000_000 }),
    read: async function* (uri, range) {
      const { key, bytes } = fileOf(uri)
      const end = Math.min(range?.end ?? bytes.length, bytes.length)
      for (let start = range?.start ?? 0; start < end; start += pieceBytes) {
        const piece = bytes.subarray(start, Math.min(end, start + pieceBytes))
        read.set(key, (read.get(key) ?? 0) + piece.length)
        yield Uint8Array.from(piece)
      }
    },
    bytesRead: (uri) => read.get(uri) ?? 0,
  }
}
