import type { VectorMatch, VectorPayload, VectorQuery } from '../../topology/ports/vector-index.ts'
import { denseVector } from './collections.ts'
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

/** Best first. The server leaves open which of equal scores it names: more are asked for until the last one is worse. */
export const searchPoints = async (
  server: QdrantServer,
  collection: string,
  { search, collection: made }: SearchOptions,
  { vector, limit, filter }: VectorQuery,
): Promise<readonly VectorMatch[]> => {
  const wanted = filterOf(filter)
  const params = {
    exact: search === 'exact',
    ...(made.quantisation !== 'none' && { quantization: { rescore: true } }),
  }
  for (let asked = limit + spare; ; asked *= 4) {
    const { points } = await server.ask((client) =>
      client.query(collection, {
        query: Array.from(vector),
        using: denseVector,
        limit: asked,
        with_payload: true,
        params,
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
