import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  createEmbeddedVectorIndex,
  openEmbeddedVectorIndexReader,
} from '../../../drivers/embedded/vector-index/embedded-vector-index.ts'
import { decodePoint } from '../../../drivers/embedded/vector-index/vector-frame.ts'
import { createVectorMatrix } from '../../../drivers/embedded/vector-index/vector-matrix.ts'
import { aPoint, describeVectorIndex, uuid } from '../../contracts/vector-index.contract.ts'
import { temporaryFolder } from './temporary-folder.ts'

describeVectorIndex('the embedded index', async () => {
  const folder = temporaryFolder()
  const open = () => createEmbeddedVectorIndex({ dataDir: folder.path })
  let index = open()
  return {
    index,
    reopen: async () => {
      await index.close()
      index = open()
      return index
    },
    destroy: async () => {
      await index.close()
      folder.remove()
    },
  }
})

describe('the embedded index', () => {
  it('can be searched by another reader while its owner works', async () => {
    const folder = temporaryFolder()
    assert.equal(await openEmbeddedVectorIndexReader(folder.path), undefined)
    const index = createEmbeddedVectorIndex({ dataDir: folder.path })
    await index.upsert([aPoint('a', 0, 1n, [1, 0])])
    const reader = await openEmbeddedVectorIndexReader(folder.path)
    assert.equal(await reader?.count(), 1)
    const matches = await reader?.search({ vector: Float32Array.from([1, 0]), limit: 5 })
    assert.deepEqual(
      matches?.map(({ id }) => id),
      [uuid('a 0')],
    )
    await reader?.close()
    await index.close()
    folder.remove()
  })

  it('reads what was written before points had words', () => {
    const { vector, payload } = aPoint('a', 0, 7n, [1, -2, 3])
    const { revision: _, ...rest } = payload
    const head = Buffer.alloc(12)
    head.writeBigInt64LE(7n, 0)
    head.writeUInt32LE(3, 8)
    const floats = Buffer.from(new Uint8Array(vector.buffer))
    const before = Buffer.concat([head, floats, Buffer.from(JSON.stringify(rest))])
    assert.deepEqual(decodePoint(before), { vector, payload })
  })

  it('finds what a plain sort of all scores finds', async () => {
    const component = fc.integer({ min: -3, max: 3 })
    const vectors = fc.array(fc.array(component, { minLength: 5, maxLength: 5 }), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(vectors, fc.integer({ min: 1, max: 20 }), async (all, limit) => {
        const matrix = createVectorMatrix(5)
        const points = all.map((vector, i) => aPoint(`d${i}`, 0, 1n, vector))
        for (const point of points) matrix.set(point.id, point)
        for (const point of points.slice(0, 5)) matrix.remove(point.id)
        const left = points.slice(5)
        const query = [1, 2, 3, 4, 5]
        const score = (vector: Float32Array) =>
          vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0) /
          (Math.hypot(...vector) || 1) /
          Math.hypot(...query)
        const matches = await matrix.search({ vector: Float32Array.from(query), limit })
        assert.equal(matches.length, Math.min(limit, left.length))
        const expected = left.map(({ vector }) => score(vector)).toSorted((a, b) => b - a)
        matches.forEach((match, i) =>
          assert.ok(Math.abs(match.score - (expected[i] ?? 0)) < 1e-6, `${match.score}`),
        )
      }),
      { numRuns: 50 },
    )
  })
})
