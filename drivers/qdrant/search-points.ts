import type {
  TermQuery,
  VectorFilter,
  VectorMatch,
  VectorPayload,
  VectorQuery,
} from '../../topology/ports/vector-index.ts'
import { denseVector, termVector } from './collections.ts'
import { filterOf, revisionIn } from './filters.ts'
import type { QdrantVectorIndexOptions } from './options.ts'
import type { QdrantServer } from './server.ts'

/** Asked for beyond the limit, so that most ties at the limit are seen whole. */
const spare = 16
/** Points of equal score beyond this many are not all looked at. */
const mostTies = 4096

type SearchOptions = Pick<QdrantVectorIndexOptions, 'search' | 'collection'>

export const payloadOf = (payload: Readonly<Record<string, unknown>>): VectorPayload => {
  const { revisionHigh: _high, revisionLow: _low, ...rest } = payload
  return { ...(rest as unknown as VectorPayload), revision: revisionIn(payload) }
}

const better = (a: VectorMatch, b: VectorMatch): number =>
  b.score - a.score || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

interface Nearest {
  readonly query: number[] | { readonly indices: number[]; readonly values: number[] }
  readonly using: string
  readonly limit: number
  readonly filter: VectorFilter | undefined
  readonly params?: Readonly<Record<string, unknown>>
}

/** Best first. The server leaves open which of equal scores it names: more are asked for until the last one is worse. */
const nearest = async (
  server: QdrantServer,
  collection: string,
  { query, using, limit, filter, params }: Nearest,
): Promise<readonly VectorMatch[]> => {
  const wanted = filterOf(filter)
  for (let asked = limit + spare; ; asked *= 4) {
    const { points } = await server.ask((client) =>
      client.query(collection, {
        query,
        using,
        limit: asked,
        with_payload: true,
        ...(params && { params }),
        ...(wanted && { filter: wanted }),
      }),
    )
    const matches = points.map(({ id, score, payload }) => ({
      id: String(id),
      score,
      payload: payloadOf(payload ?? {}),
    }))
    const tied = matches.at(limit - 1)?.score === matches.at(-1)?.score
    if (matches.length < asked || !tied || asked > limit + mostTies)
      return matches.toSorted(better).slice(0, limit)
  }
}

export const searchPoints = (
  server: QdrantServer,
  collection: string,
  { search, collection: made }: SearchOptions,
  { vector, limit, filter }: VectorQuery,
): Promise<readonly VectorMatch[]> => {
  const params = {
    exact: search === 'exact',
    ...(made.quantisation !== 'none' && { quantization: { rescore: true } }),
  }
  const query = Array.from(vector)
  return nearest(server, collection, { query, using: denseVector, limit, filter, params })
}

/** The server multiplies each weight with the rarity of its term. */
export const searchTermPoints = async (
  server: QdrantServer,
  collection: string,
  { terms, limit, filter }: TermQuery,
): Promise<readonly VectorMatch[]> => {
  if (terms.length === 0) return []
  const query = { indices: Array.from(terms), values: Array.from(terms, () => 1) }
  return nearest(server, collection, { query, using: termVector, limit, filter })
}
