import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { encodeFile } from '../../../schemas/container-file.ts'
import { chunkFileCodec } from '../../../schemas/generated/codecs.ts'
import type { EmbeddingSet } from '../../../schemas/generated/types.ts'
import { pointId, vectorSink } from '../../../sinks/vectors/index.ts'
import { termWeights } from '../../../topology/model/term-weights.ts'
import { Fault } from '../../../topology/model/failure.ts'
import type { VectorChanges } from '../../../topology/ports/vector-index.ts'
import { aProducedBy } from '../../builders/a-document-event.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { inMemoryObjectStore } from '../../builders/in-memory-object-store.ts'
import {
  inMemoryVectorIndex,
  type InMemoryVectorIndex,
} from '../../builders/in-memory-vector-index.ts'
import { aChunkFile, anEmbeddingSet, vectorBytes } from '../../builders/outputs.ts'
import { aSinkContext, sinkRecords } from '../../builders/test-ports.ts'

/** A set of `chunks` vectors whose first number is the revision. */
const setOf = (
  document: number,
  revision: number,
  chunks: number,
  changes: Partial<EmbeddingSet> = {},
): EmbeddingSet =>
  anEmbeddingSet({
    documentId: documentIdOf(document),
    revision: BigInt(revision),
    dimensions: 2,
    vectors: Array.from({ length: chunks }, (_, ordinal) => ({
      chunkId: `chunk-${revision}-${ordinal}`,
      ordinal,
      tokens: 1,
      vector: vectorBytes([revision, ordinal]),
    })),
    ...changes,
  })

const erase = (document: number, revision: number): EmbeddingSet =>
  setOf(document, revision, 0, { operation: 'ERASE', chunkSetUri: null })

const write = (vectors: InMemoryVectorIndex, sets: readonly EmbeddingSet[]) =>
  vectorSink({ terms: false }).write(
    sinkRecords('archive.embeddings', sets),
    aSinkContext({ vectors }),
  )

const held = (vectors: InMemoryVectorIndex): readonly string[] =>
  [...vectors.points.values()]
    .map(({ payload: p }) => `${Number(p.documentId.slice(-4))}/${p.revision}/${p.ordinal}`)
    .sort()

describe('the vector sink', () => {
  it('writes every vector bit by bit with what is needed to filter and to find its text', async () => {
    const vectors = inMemoryVectorIndex()
    const set = anEmbeddingSet()
    const outcomes = await write(vectors, [set])
    const [point] = [...vectors.points.values()]
    assert.deepEqual(outcomes, [{ kind: 'written', facts: { counts: { vectors: 1 } } }])
    assert.deepEqual(vectorBytes(point!.vector), set.vectors[0]!.vector)
    assert.deepEqual(point!.payload, {
      tenantId: set.tenantId,
      documentId: set.documentId,
      revision: 1n,
      chunkId: set.vectors[0]!.chunkId,
      ordinal: 0,
      chunkSetUri: set.chunkSetUri,
      type: set.type,
      sentAt: set.sentAt,
    })
    assert.equal(point!.id, pointId('hash-384', set.documentId, 0))
  })

  it('replaces a chunk by the same chunk of a newer revision, and removes what the newer one lost', async () => {
    const vectors = inMemoryVectorIndex()
    await write(vectors, [setOf(1, 1, 3), setOf(2, 1, 1)])
    await write(vectors, [setOf(1, 2, 2)])
    assert.deepEqual(held(vectors), ['1/2/0', '1/2/1', '2/1/0'])
  })

  it('removes all of an older revision when the newer one has no text', async () => {
    const vectors = inMemoryVectorIndex()
    await write(vectors, [setOf(1, 1, 3)])
    await write(vectors, [setOf(1, 2, 0)])
    assert.deepEqual(held(vectors), [])
  })

  it('removes older points last', async () => {
    const vectors = inMemoryVectorIndex()
    await write(vectors, [setOf(1, 2, 1), erase(2, 1)])
    assert.deepEqual(vectors.calls, ['upsert', 'removeOlder', 'removeDocuments'])
  })

  it('brings a batch in one step where the index has one', async () => {
    const brought: VectorChanges[] = []
    const vectors = {
      ...inMemoryVectorIndex(),
      bring: async (changes: VectorChanges) => void brought.push(changes),
    }
    await write(vectors, [setOf(1, 2, 1), erase(2, 1)])
    assert.deepEqual(vectors.calls, [])
    const [{ points, older, documents } = assert.fail()] = brought
    assert.deepEqual([points.length, [...older.values()], [...documents.values()]], [1, [2n], [1n]])
  })

  it('does not write what an erasure of the same batch removes, and writes what comes after it', async () => {
    const vectors = inMemoryVectorIndex()
    await write(vectors, [setOf(1, 1, 2), erase(1, 2), setOf(2, 1, 1), erase(2, 1), setOf(2, 2, 1)])
    assert.deepEqual(held(vectors), ['2/2/0'])
  })

  it('refuses a set without a model and one whose vectors have another length, and writes the rest', async () => {
    const vectors = inMemoryVectorIndex()
    const outcomes = await write(vectors, [
      setOf(1, 1, 1, { producedBy: aProducedBy() }),
      setOf(2, 1, 1, { dimensions: 3 }),
      setOf(3, 1, 1),
    ])
    assert.deepEqual(
      outcomes.map((o) => (o.kind === 'dead-letter' ? o.failure.code : o.kind)),
      ['set-incomplete', 'vector-length', 'written'],
    )
    assert.deepEqual(held(vectors), ['3/1/0'])
  })

  it('lets a fault of the index through', async () => {
    const away = new Fault('dependency-down', 'vector-index', 'connection refused')
    const vectors = { ...inMemoryVectorIndex(), upsert: () => Promise.reject(away) }
    await assert.rejects(write(vectors, [setOf(1, 1, 1)]), (error) => error === away)
  })

  it('ends with the newest revision only, however its input is cut into batches and repeated', async () => {
    const step = fc.record({
      document: fc.integer({ min: 1, max: 3 }),
      chunks: fc.integer({ min: 0, max: 4 }),
      erased: fc.boolean(),
      cut: fc.boolean(),
      again: fc.boolean(),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 20 }), async (steps) => {
        const vectors = inMemoryVectorIndex()
        const expected = new Map<number, readonly string[]>()
        let batch: EmbeddingSet[] = []
        for (const [index, { document, chunks, erased, cut, again }] of steps.entries()) {
          const revision = index + 1
          batch.push(erased ? erase(document, revision) : setOf(document, revision, chunks))
          const ids = Array.from(
            { length: erased ? 0 : chunks },
            (_, n) => `${document}/${revision}/${n}`,
          )
          expected.set(document, ids)
          if (!cut) continue
          await write(vectors, batch)
          if (again) await write(vectors, batch)
          batch = []
        }
        await write(vectors, batch)
        assert.deepEqual(held(vectors), [...expected.values()].flat().sort())
      }),
      { numRuns: 200 },
    )
  })

  it('indexes the words of chunks whose object is there, and goes on without where it is gone', async () => {
    const vectors = inMemoryVectorIndex()
    const objects = inMemoryObjectStore()
    const file = aChunkFile()
    await objects.put('chunks/a.avro', encodeFile(chunkFileCodec, file))
    const chunk = file.chunks[0]!
    const at = (document: number, name: string, chunkId: string) =>
      setOf(document, 1, 1, {
        chunkSetUri: objects.uriOf(name),
        vectors: [{ chunkId, ordinal: 0, tokens: 1, vector: vectorBytes([1, 2]) }],
      })
    const sets = [at(1, 'chunks/a.avro', chunk.id), at(2, 'chunks/gone.avro', 'gone')]
    const records = sinkRecords('archive.embeddings', sets)
    const outcomes = await vectorSink().write(records, aSinkContext({ vectors, objects }))
    assert.deepEqual(
      outcomes.map(({ kind }) => kind),
      ['written', 'written'],
    )
    const terms = [...vectors.points.values()].map((point) => point.terms)
    assert.deepEqual(terms, [termWeights(chunk.text), undefined])
  })
})
