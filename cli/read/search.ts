import { asTenantId, type DocumentId, type Uri } from '../../schemas/brands.ts'
import { decodeFile } from '../../schemas/container-file.ts'
import { chunkFileCodec } from '../../schemas/generated/codecs.ts'
import type { ChunkRecord } from '../../schemas/generated/types.ts'
import { termsOf } from '../../topology/model/term-weights.ts'
import type { ModelServer } from '../../topology/ports/model-server.ts'
import type { VectorFilter, VectorMatch } from '../../topology/ports/vector-index.ts'
import type { ArchiveView } from './archive-view.ts'
import { urisOf, type EventView } from './document-uris.ts'
import { fuse, type FusedMatch } from './fuse.ts'
import { snippetOf, type Snippet } from './snippet.ts'

/** `hybrid` is both of the others, fused by rank. */
export const searchKinds = ['hybrid', 'vector', 'words'] as const

export interface SearchOptions {
  readonly by: (typeof searchKinds)[number]
  readonly limit: number
  readonly model: string
  readonly modelVersion: string
  readonly tenant?: string
  readonly documentId?: DocumentId
  readonly type?: string
  /** Inclusive, epoch milliseconds. */
  readonly from?: number
  readonly to?: number
}

/** One chunk that matches. */
export interface SearchHit extends Omit<FusedMatch, 'payload'> {
  readonly documentId: string
  /** Where the document was read from; null when the archive was never told. */
  readonly uri: string | null
  readonly chunkId: string
  readonly ordinal: number
  readonly type: string
  /** Epoch milliseconds; null where the document does not say. */
  readonly sentAt: number | null
  readonly snippet: Snippet
}

type SearchView = Pick<ArchiveView, 'vectors' | 'objects'> & EventView

/** Asked of each search before the two are fused: what both find a little down is often what is meant. */
const candidates = (limit: number): number => Math.max(50, limit * 4)

/** The chunks closest to the words, best first, with a snippet of their redacted text. */
export const search = async (
  view: SearchView,
  models: ModelServer,
  words: string,
  options: SearchOptions,
): Promise<readonly SearchHit[]> => {
  const { by } = options
  const [byVector, byWords] = await Promise.all([
    by === 'words' ? [] : nearest(view, models, words, options),
    by === 'vector' ? [] : saying(view, words, options),
  ])
  const matches = fuse(byVector, byWords, options.limit)
  const uris = await urisOf(
    view,
    matches.map(({ payload }) => payload.documentId),
  )
  return Promise.all(
    matches.map(async ({ payload, ...scores }) => {
      const chunk = await chunkOf(view, payload)
      const { documentId, chunkId, ordinal, type, sentAt = null } = payload
      const snippet = snippetOf(chunk?.text ?? '', words)
      const uri = uris.get(documentId) ?? null
      return { documentId, uri, chunkId, ordinal, ...scores, type, sentAt, snippet }
    }),
  )
}

const nearest = async (
  { vectors }: SearchView,
  models: ModelServer,
  words: string,
  options: SearchOptions,
): Promise<readonly VectorMatch[]> => {
  const vector = await embed(models, words, options)
  return vectors.search({ vector, limit: candidates(options.limit), filter: filterOf(options) })
}

const saying = (
  { vectors }: SearchView,
  words: string,
  options: SearchOptions,
): Promise<readonly VectorMatch[]> =>
  vectors.searchTerms({
    terms: termsOf(words),
    limit: candidates(options.limit),
    filter: filterOf(options),
  })

const filterOf = ({ tenant, documentId, type, from, to }: SearchOptions): VectorFilter => ({
  ...(tenant !== undefined && { tenantId: asTenantId(tenant) }),
  ...(documentId !== undefined && { documentId }),
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
  { chunkSetUri, chunkId }: VectorMatch['payload'],
): Promise<ChunkRecord | undefined> => {
  const bytes = await view.objects.get(chunkSetUri as Uri)
  if (!bytes) return undefined
  return decodeFile(chunkFileCodec, bytes).chunks.find((chunk) => chunk.id === chunkId)
}
