// Prints the chunks that are closest to those of one document, as lines of JSON.
//
//   npm install @qdrant/js-client-rest
//   QDRANT_URL=http://localhost:6333 node similar.js TENANT DOCUMENT [COUNT]
import { QdrantClient } from '@qdrant/js-client-rest'

/** The alias, never the name of a collection: a rebuild moves it. */
const collection = process.env['COLLECTION'] ?? 'archive'
const [tenant, document, wanted = '5'] = process.argv.slice(2)
const limit = Number(wanted)

const apiKey = process.env['QDRANT_API_KEY']
const client = new QdrantClient({
  url: process.env['QDRANT_URL'] ?? 'http://localhost:6333',
  timeout: 10_000,
  ...(apiKey !== undefined && { apiKey }),
})

const matches = (key: string, value: string | undefined) => ({
  key,
  match: { value: value ?? '' },
})
// Always filter by the tenant: it is what keeps archives apart, and it is what the index is made for.
const mine = { must: [matches('tenantId', tenant), matches('documentId', document)] }
const others = {
  must: [matches('tenantId', tenant)],
  must_not: [matches('documentId', document)],
}

interface Found {
  readonly id: string | number
  readonly score: number
  readonly payload?: Record<string, unknown> | null
}

const { points: chunks } = await client.scroll(collection, {
  filter: mine,
  limit: 100,
  with_vector: ['dense'],
})
const best = new Map<string, Found>()
for (const chunk of chunks) {
  const { dense } = chunk.vector as unknown as { readonly dense: number[] }
  const { points } = await client.query(collection, {
    query: dense,
    using: 'dense',
    filter: others,
    limit,
    with_payload: true,
  })
  for (const point of points) {
    const known = best.get(String(point.id))
    if (!known || known.score < point.score) best.set(String(point.id), point)
  }
}

const ordered = [...best.values()].toSorted(
  (a, b) => b.score - a.score || (String(a.id) < String(b.id) ? -1 : 1),
)
for (const { score, payload } of ordered.slice(0, limit)) {
  const { documentId, revision, ordinal, type, chunkId, chunkSetUri } = payload ?? {}
  // The redacted text is in the object that chunkSetUri names, under chunkId.
  const line = { documentId, revision, ordinal, type, chunkId, chunkSetUri }
  process.stdout.write(
    `${JSON.stringify({ score: Math.round(score * 10_000) / 10_000, ...line })}\n`,
  )
}
