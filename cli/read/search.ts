import { asTenantId, type Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkRecord } from '../../schemas/generated/types.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import type { VectorMatch } from '../../topology/ports/vector-index.ts'
import type { ArchiveView } from './archive-view.ts'
import { urisOf, type EventView } from './document-uris.ts'
import { snippetOf, type Snippet } from './snippet.ts'

export interface SearchOptions {
  readonly limit: number
  readonly model: string
  readonly modelVersion: string
  readonly tenant?: string
  readonly type?: string
  /** Inclusive, epoch milliseconds. */
  readonly from?: number
  readonly to?: number
}

/** One chunk that matches. */
export interface SearchHit {
  readonly documentId: string
  /** Where the document was read from; null when the archive was never told. */
  readonly uri: string | null
  readonly chunkId: string
  readonly ordinal: number
  /** Cosine similarity of the query and the chunk. */
  readonly score: number
  readonly type: string
  readonly snippet: Snippet
}

/** The chunks closest to the words, best first, with a snippet of their redacted text. */
export const search = async (
  view: Pick<ArchiveView, 'vectors' | 'objects'> & EventView,
  models: ModelServer,
  words: string,
  options: SearchOptions,
): Promise<readonly SearchHit[]> => {
  const vector = await embed(models, words, options)
  const matches = await view.vectors.search({
    vector,
    limit: options.limit,
    filter: filterOf(options),
  })
  const uris = await urisOf(
    view,
    matches.map(({ payload }) => payload.documentId),
  )
  return Promise.all(
    matches.map(async (match) => {
      const chunk = await chunkOf(view, match)
      const { documentId, chunkId, ordinal, type } = match.payload
      const snippet = snippetOf(chunk?.text ?? '', words)
      const uri = uris.get(documentId) ?? null
      return { documentId, uri, chunkId, ordinal, score: match.score, type, snippet }
    }),
  )
}

const filterOf = ({ tenant, type, from, to }: SearchOptions) => ({
  ...(tenant !== undefined && { tenantId: asTenantId(tenant) }),
  ...(type !== undefined && { type }),
  ...(from !== undefined && { sentFrom: from }),
  ...(to !== undefined && { sentTo: to }),
})

const embed = async (
  models: ModelServer,
  text: string,
  { model, modelVersion }: SearchOptions,
): Promise<Float32Array> => {
  const response = await models.infer({ model, version: modelVersion, inputs: [{ text }] })
  if (response.kind !== 'vectors') throw new Error(`model ${model} does not embed`)
  return response.values
}

const chunkOf = async (
  view: Pick<ArchiveView, 'objects'>,
  { payload }: VectorMatch,
): Promise<ChunkRecord | undefined> => {
  const bytes = await view.objects.get(payload.chunkSetUri as Uri)
  if (!bytes) return undefined
  return decodeFile(chunkFileCodec, bytes).chunks.find((chunk) => chunk.id === payload.chunkId)
}
