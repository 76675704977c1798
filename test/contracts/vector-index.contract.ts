import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { asDocumentId, asTenantId, asUri, type DocumentId } from '../../schemas/brands.ts'
import type { VectorIndex, VectorPayload, VectorPoint } from '../../topology/ports/vector-index.ts'

export interface VectorIndexHarness {
  readonly index: VectorIndex
  /** Ends the index and opens the same data again. */
  readonly reopen: () => Promise<VectorIndex>
  readonly destroy: () => Promise<void>
}

/** A UUID from any text. */
export const uuid = (text: string): string =>
  createHash('sha256')
    .update(text)
    .digest('hex')
    .replace(/^(.{8})(.{4}).(.{3}).(.{3})(.{12}).*$/, '$1-$2-5$3-8$4-$5')

export const documentOf = (name: string): DocumentId => asDocumentId(uuid(name))

/** Chunk `ordinal` of a document. */
export const aPoint = (
  document: string,
  ordinal: number,
  revision: bigint,
  vector: readonly number[],
  changes: Partial<VectorPayload> = {},
): VectorPoint => ({
  id: uuid(`${document} ${ordinal}`),
  vector: Float32Array.from(vector),
  payload: {
    tenantId: asTenantId('acme'),
    documentId: documentOf(document),
    revision,
    chunkId: uuid(`chunk ${document} ${ordinal} ${revision}`),
    ordinal,
    chunkSetUri: asUri('file:///chunks/a.avro'),
    type: 'message/rfc822',
    ...changes,
  },
})

/** What every vector index must do. */
export const describeVectorIndex = (
  name: string,
  create: () => Promise<VectorIndexHarness>,
): void => {
  describe(`${name} as a vector index`, () => {
    let harness: VectorIndexHarness
    let index: VectorIndex
    beforeEach(async () => {
      harness = await create()
      index = harness.index
    })
    afterEach(() => harness.destroy())

    const query = Float32Array.from([1, 0, 0, 0])
    const found = async (
      filter: NonNullable<Parameters<VectorIndex['search']>[0]['filter']> = {},
      limit = 10,
    ) => (await index.search({ vector: query, limit, filter })).map(({ id }) => id)
    const stored = async (): Promise<readonly string[]> => {
      const points: string[] = []
      for await (const point of index.scan())
        points.push(`${point.id} ${point.payload.ordinal}@${point.payload.revision}`)
      return points
    }
    const named = (document: string, ordinal: number, revision: bigint) =>
      `${uuid(`${document} ${ordinal}`)} ${ordinal}@${revision}`

    it('finds nothing in an empty index', async () => {
      assert.deepEqual(await found(), [])
      assert.equal(await index.count(), 0)
    })

    it('finds the nearest by cosine, best first, whatever the lengths', async () => {
      await index.upsert([
        aPoint('near', 0, 1n, [5, 1, 0, 0]),
        aPoint('same', 0, 1n, [0.1, 0, 0, 0]),
        aPoint('far', 0, 1n, [0, 9, 0, 0]),
        aPoint('opposite', 0, 1n, [-3, 0, 0, 0]),
      ])
      const matches = await index.search({ vector: Float32Array.from([7, 0, 0, 0]), limit: 3 })
      assert.deepEqual(
        matches.map(({ id }) => id),
        ['same', 'near', 'far'].map((document) => uuid(`${document} 0`)),
      )
      const [first, second, third] = matches.map(({ score }) => score)
      assert.ok(Math.abs((first ?? 0) - 1) < 1e-6)
      assert.ok(Math.abs((second ?? 0) - 5 / Math.sqrt(26)) < 1e-6)
      assert.ok(Math.abs(third ?? 1) < 1e-6)
    })

    it('orders equal scores by id', async () => {
      const points = Array.from({ length: 40 }, (_, i) => aPoint(`d${i}`, 0, 1n, [1, 0, 0, 0]))
      await index.upsert(points)
      const ids = points.map(({ id }) => id).toSorted()
      assert.deepEqual(await found({}, 7), ids.slice(0, 7))
      assert.deepEqual(await found({}, 100), ids)
    })

    it('gives the payload back', async () => {
      const payload = { sentAt: 1_600_000_000_123, revision: 2n ** 60n }
      const point = aPoint('a', 3, 1n, [1, 2, 3, 4], payload)
      await index.upsert([point])
      const [match] = await index.search({ vector: query, limit: 1 })
      assert.deepEqual({ ...match?.payload }, point.payload)
    })

    it('filters by tenant, document, type and time', async () => {
      const other = asTenantId('other')
      await index.upsert([
        aPoint('a', 0, 1n, [1, 0, 0, 0], { sentAt: 100 }),
        aPoint('b', 0, 1n, [1, 0, 0, 0], { tenantId: other, sentAt: 200 }),
        aPoint('c', 0, 1n, [1, 0, 0, 0], { type: 'text/vtt' }),
      ])
      const [a, b, c] = ['a 0', 'b 0', 'c 0'].map(uuid)
      assert.deepEqual(await found({ tenantId: other }), [b])
      assert.deepEqual(await found({ documentId: documentOf('a') }), [a])
      assert.deepEqual(await found({ type: 'text/vtt' }), [c])
      assert.deepEqual((await found({ sentFrom: 100, sentTo: 200 })).toSorted(), [a, b].toSorted())
      assert.deepEqual(await found({ sentFrom: 101 }), [b])
      assert.deepEqual(await found({ sentTo: 199 }), [a])
      assert.deepEqual(await found({ type: 'text/vtt', tenantId: other }), [])
    })

    it('replaces a point by a newer revision, and keeps it against an older or equal one', async () => {
      await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
      await index.upsert([aPoint('a', 0, 1n, [0, 1, 0, 0])])
      await index.upsert([aPoint('a', 0, 2n, [0, 1, 0, 0])])
      const [kept] = await index.search({ vector: query, limit: 1 })
      assert.ok((kept?.score ?? 0) > 0.99)
      await index.upsert([aPoint('a', 0, 3n, [0, 1, 0, 0])])
      const [replaced] = await index.search({ vector: query, limit: 1 })
      assert.ok((replaced?.score ?? 1) < 0.01)
      assert.deepEqual(await stored(), [named('a', 0, 3n)])
    })

    it('removes older points of a document, and lets none of them return', async () => {
      await index.upsert([0, 1, 2].map((ordinal) => aPoint('a', ordinal, 1n, [1, 0, 0, 0])))
      await index.upsert([aPoint('b', 0, 1n, [1, 0, 0, 0])])
      await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
      await index.removeOlder(new Map([[documentOf('a'), 2n]]))
      const left = [named('a', 0, 2n), named('b', 0, 1n)].toSorted()
      assert.deepEqual(await stored(), left)
      await index.upsert([1, 2, 3].map((ordinal) => aPoint('a', ordinal, 1n, [1, 0, 0, 0])))
      assert.deepEqual(await stored(), left)
      assert.equal((await found()).length, 2)
      await index.upsert([aPoint('a', 1, 2n, [1, 0, 0, 0])])
      assert.equal(await index.count(), 3)
    })

    it('remembers the newest removal when an older one comes later', async () => {
      await index.removeOlder(new Map([[documentOf('a'), 5n]]))
      await index.removeOlder(new Map([[documentOf('a'), 3n]]))
      await index.upsert([aPoint('a', 0, 4n, [1, 0, 0, 0])])
      assert.equal(await index.count(), 0)
    })

    it('removes a document up to and including a revision, for ever', async () => {
      await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0]), aPoint('a', 1, 3n, [1, 0, 0, 0])])
      await index.removeDocuments(new Map([[documentOf('a'), 2n]]))
      assert.deepEqual(await stored(), [named('a', 1, 3n)])
      await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
      assert.deepEqual(await stored(), [named('a', 1, 3n)])
    })

    it('removes points of several documents at a time, each by its own revision', async () => {
      await index.upsert(['a', 'b', 'c'].map((name) => aPoint(name, 0, 2n, [1, 0, 0, 0])))
      await index.removeOlder(
        new Map([
          [documentOf('a'), 3n],
          [documentOf('b'), 2n],
        ]),
      )
      const left = [named('b', 0, 2n), named('c', 0, 2n)].toSorted()
      assert.deepEqual(await stored(), left)
      assert.equal((await found()).length, 2)
    })

    it('keeps the order of changes that are made at the same time', async () => {
      await found()
      await Promise.all([
        index.upsert([aPoint('a', 0, 1n, [1, 0, 0, 0]), aPoint('a', 1, 1n, [1, 0, 0, 0])]),
        index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])]),
        index.removeOlder(new Map([[documentOf('a'), 2n]])),
        index.upsert([aPoint('a', 1, 1n, [1, 0, 0, 0])]),
      ])
      assert.deepEqual(await stored(), [named('a', 0, 2n)])
      assert.deepEqual(await found(), [uuid('a 0')])
    })

    it('has points, guards and removals after a restart', async () => {
      await index.upsert([aPoint('a', 0, 2n, [1, 0, 0, 0])])
      await index.removeOlder(new Map([[documentOf('a'), 2n]]))
      index = await harness.reopen()
      await index.upsert([aPoint('a', 0, 1n, [0, 1, 0, 0]), aPoint('a', 1, 1n, [1, 0, 0, 0])])
      assert.deepEqual(await stored(), [named('a', 0, 2n)])
      assert.deepEqual(await found(), [uuid('a 0')])
    })

    it('scans all points in id order', async () => {
      const points = Array.from({ length: 30 }, (_, i) => aPoint(`d${i}`, 0, 1n, [i + 1, 1, 1, 1]))
      await index.upsert(points)
      const ids: string[] = []
      for await (const point of index.scan()) ids.push(point.id)
      assert.deepEqual(ids, points.map(({ id }) => id).toSorted())
    })

    it('refuses vectors of another length', async () => {
      await index.upsert([aPoint('a', 0, 1n, [1, 0, 0, 0])])
      await assert.rejects(index.upsert([aPoint('b', 0, 1n, [1, 0])]))
      await assert.rejects(index.search({ vector: Float32Array.from([1]), limit: 1 }))
      assert.equal(await index.count(), 1)
    })
  })
}
