import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { afterEach, beforeEach, describe, it } from 'mocha'
import { asDocumentId, asTenantId, asUri, type DocumentId } from '../../schemas/brands.ts'
import { termsOf, termWeights } from '../../topology/model/term-weights.ts'
import type {
  VectorFilter,
  VectorIndex,
  VectorPayload,
  VectorPoint,
} from '../../topology/ports/vector-index.ts'

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
    const found = async (filter: VectorFilter = {}, limit = 10) =>
      (await index.search({ vector: query, limit, filter })).map(({ id }) => id)
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

    it('brings a batch at once where it can: points, and what is older goes, and what is erased', async function () {
      if (!index.bring) return this.skip()
      await index.upsert([0, 1].map((ordinal) => aPoint('a', ordinal, 1n, [1, 0, 0, 0])))
      await index.upsert([aPoint('b', 0, 1n, [1, 0, 0, 0])])
      await found()
      await index.bring({
        points: [aPoint('a', 0, 2n, [1, 0, 0, 0]), aPoint('c', 0, 1n, [1, 0, 0, 0])],
        older: new Map([
          [documentOf('a'), 2n],
          [documentOf('c'), 1n],
        ]),
        documents: new Map([[documentOf('b'), 1n]]),
      })
      const left = [named('a', 0, 2n), named('c', 0, 1n)].toSorted()
      assert.deepEqual(await stored(), left)
      assert.equal((await found()).length, 2)
      await index.upsert([aPoint('a', 1, 1n, [1, 0, 0, 0]), aPoint('b', 1, 1n, [1, 0, 0, 0])])
      assert.deepEqual(await stored(), left)
    })

    it('brings all of a batch or nothing where it can', async function () {
      const { bring } = index
      if (!bring) return this.skip()
      await index.upsert([aPoint('a', 0, 1n, [1, 0, 0, 0])])
      const changes = {
        points: [aPoint('b', 0, 1n, [1, 0, 0, 0]), aPoint('c', 0, 1n, [1, 0])],
        older: new Map([[documentOf('a'), 2n]]),
        documents: new Map(),
      }
      await assert.rejects(async () => bring(changes), RangeError)
      assert.deepEqual(await stored(), [named('a', 0, 1n)])
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

    const texts: Readonly<Record<string, string>> = {
      ferry: 'The ferry leaves the northern pier at seven. The ferry is late.',
      train: 'The train leaves at seven.',
      pier: 'The pier, the pier, the pier and the harbour.',
    }
    const spoken = (name: string, revision = 1n, text = texts[name] ?? ''): VectorPoint => ({
      ...aPoint(name, 0, revision, [1, 0, 0, 0]),
      terms: termWeights(text),
    })
    const said = async (words: string, filter: VectorFilter = {}, limit = 10) =>
      (await index.searchTerms({ terms: termsOf(words), limit, filter })).map(({ id }) => id)

    it('finds by words: rare ones and many of them first, and nothing without any', async () => {
      await index.upsert(Object.keys(texts).map((name) => spoken(name)))
      await index.upsert([aPoint('silent', 0, 1n, [1, 0, 0, 0])])
      assert.deepEqual(await said('FERRY'), [uuid('ferry 0')])
      assert.deepEqual(await said('pier'), [uuid('pier 0'), uuid('ferry 0')])
      assert.deepEqual((await said('the harbour'))[0], uuid('pier 0'))
      assert.deepEqual((await said('leaves train'))[0], uuid('train 0'))
      assert.equal((await said('the')).length, 3)
      assert.deepEqual(await said('aeroplane'), [])
      assert.deepEqual(await said(''), [])
    })

    it('filters what is found by words, cuts it, and gives the payload back', async () => {
      const other = asTenantId('other')
      const point = spoken('train')
      await index.upsert([
        spoken('ferry'),
        { ...point, payload: { ...point.payload, tenantId: other, sentAt: 7 } },
      ])
      assert.deepEqual(await said('seven', { tenantId: other }), [uuid('train 0')])
      assert.deepEqual(await said('seven', { documentId: documentOf('ferry') }), [uuid('ferry 0')])
      assert.deepEqual(await said('seven', { sentFrom: 8 }), [])
      assert.equal((await said('seven', {}, 1)).length, 1)
      const [match] = await index.searchTerms({ terms: termsOf('train'), limit: 1 })
      assert.equal(match?.payload.tenantId, other)
      assert.ok((match?.score ?? 0) > 0)
    })

    it('orders equal scores of words by id', async () => {
      const points = Array.from({ length: 40 }, (_, i) => spoken(`d${i}`, 1n, 'same words'))
      await index.upsert(points)
      const ids = points.map(({ id }) => id).toSorted()
      assert.deepEqual(await said('words', {}, 7), ids.slice(0, 7))
    })

    it('forgets words with their point: replaced, removed, or of a revision that may not return', async () => {
      await said('ferry')
      await index.upsert([spoken('ferry', 1n)])
      await index.upsert([spoken('ferry', 2n, 'Something else.')])
      assert.deepEqual(await said('ferry'), [])
      await index.upsert([spoken('ferry', 1n)])
      assert.deepEqual(await said('ferry'), [])
      assert.deepEqual(await said('something'), [uuid('ferry 0')])
      await index.removeDocuments(new Map([[documentOf('ferry'), 2n]]))
      await index.upsert([spoken('ferry', 2n, 'Something else.')])
      assert.deepEqual(await said('something'), [])
    })

    it('has words after a restart, and scans them', async () => {
      await index.upsert([spoken('ferry'), aPoint('silent', 0, 1n, [1, 0, 0, 0])])
      index = await harness.reopen()
      assert.deepEqual(await said('ferry'), [uuid('ferry 0')])
      const scanned = new Map<string, readonly number[] | undefined>()
      for await (const { id, terms } of index.scan()) scanned.set(id, terms && [...terms.terms])
      assert.deepEqual(scanned.get(uuid('ferry 0')), [...termsOf(texts['ferry'] ?? '')])
      assert.equal(scanned.get(uuid('silent 0')), undefined)
    })

    it('refuses vectors of another length', async () => {
      await index.upsert([aPoint('a', 0, 1n, [1, 0, 0, 0])])
      await assert.rejects(index.upsert([aPoint('b', 0, 1n, [1, 0])]))
      await assert.rejects(index.search({ vector: Float32Array.from([1]), limit: 1 }))
      assert.equal(await index.count(), 1)
    })
  })
}
