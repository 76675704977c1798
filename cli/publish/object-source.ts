import { createHash } from 'node:crypto'
import { CONTAINER_HEAD_BYTES, detectContainer } from '../../processors/expand/detect-container.ts'
import type { Uri } from '../../schemas/brands.ts'
import { nameOfMember } from '../../topology/model/member-uri.ts'
import {
  SourceError,
  type SourceErrorCode,
  type SourceStore,
} from '../../topology/ports/source-store.ts'
import type { FoundSource } from './find-sources.ts'

/**
 * A source as it is in its store now; the code where it may not or cannot be read. It is read once whole, as files are, so that
 * other content of the same second is told by its hash.
 */
export const sourceAt = async (
  uri: Uri,
  sources: SourceStore,
): Promise<FoundSource | SourceErrorCode> => {
  try {
    const { modifiedAt } = await sources.stat(uri)
    const hash = createHash('sha256')
    const heads: Uint8Array[] = []
    let bytes = 0
    for await (const piece of sources.read(uri)) {
      if (bytes < CONTAINER_HEAD_BYTES) heads.push(piece.subarray(0, CONTAINER_HEAD_BYTES - bytes))
      hash.update(piece)
      bytes += piece.length
    }
    const name = nameOfMember({ file: uri })
    const source = { uri, name, bytes, modifiedAt, sha256: hash.digest('hex') }
    return { kind: 'source', source, container: detectContainer(Buffer.concat(heads), name) }
  } catch (error) {
    if (error instanceof SourceError) return error.code
    throw error
  }
}
