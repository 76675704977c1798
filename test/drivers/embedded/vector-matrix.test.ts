import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  createPlainBlock,
  createRowBlock,
  mostListed,
  rowsOfBlock,
  scoreError,
} from '../../../drivers/embedded/vector-index/row-block.ts'
import {
  createVectorMatrix,
  type VectorMatrix,
} from '../../../drivers/embedded/vector-index/vector-matrix.ts'
import { asTenantId } from '../../../schemas/brands.ts'
import type {
  VectorFilter,
  VectorMatch,
  VectorPayload,
  VectorPoint,
} from '../../../topology/ports/vector-index.ts'
import { aPoint, documentOf } from '../../contracts/vector-index.contract.ts'

const createNumbers = (seed: number): (() => number) => {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** What a search is to find, as plainly as can be. */
const sortAll = (
  points: Iterable<VectorPoint>,
  query: Float32Array,
  limit: number,
  keep: (payload: VectorPayload) => boolean,
): readonly { readonly id: string; readonly score: number }[] => {
  const length = (vector: Float32Array): number => Math.hypot(...vector) || 1
  const score = (vector: Float32Array): number =>
    vector.reduce((sum, value, i) => sum + value * (query[i] ?? 0), 0) /
    length(vector) /
    length(query)
  return Array.from(points)
    .filter(({ payload }) => keep(payload))
    .map(({ id, vector }) => ({ id, score: score(vector) }))
    .toSorted((a, b) => b.score - a.score)
    .slice(0, limit)
}

const keeps =
  ({ tenantId, documentId, type, sentFrom, sentTo }: VectorFilter) =>
  (payload: VectorPayload): boolean =>
    [tenantId ?? payload.tenantId].includes(payload.tenantId) &&
    [documentId ?? payload.documentId].includes(payload.documentId) &&
    [type ?? payload.type].includes(payload.type) &&
    ((sentFrom === undefined && sentTo === undefined) ||
      (payload.sentAt !== undefined &&
        payload.sentAt >= (sentFrom ?? -Infinity) &&
        payload.sentAt <= (sentTo ?? Infinity)))

type Change =
  | { readonly kind: 'set'; readonly name: number; readonly vector: readonly number[] }
  | { readonly kind: 'remove'; readonly name: number }

const dimensions = 21
const names = 40
const pointOf = (name: number, vector: readonly number[]): VectorPoint =>
  aPoint(`d${name % 7}`, name, 1n, vector, {
    tenantId: asTenantId(`tenant-${name % 3}`),
    type: name % 2 ? 'text/plain' : 'message/rfc822',
    ...(name % 5 ? { sentAt: name } : {}),
  })

const component = fc.oneof(
  fc.integer({ min: -1, max: 1 }),
  fc.float({ noNaN: true, min: -9, max: 9 }),
)
const vectors = fc.array(component, { minLength: dimensions, maxLength: dimensions })
const changes: fc.Arbitrary<readonly Change[]> = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        kind: fc.constant('set' as const),
        name: fc.nat(names),
        vector: vectors,
      }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant('remove' as const), name: fc.nat(names) }),
    },
  ),
  { maxLength: 120 },
)
const optional = <T>(values: readonly T[]): fc.Arbitrary<T | undefined> =>
  fc.constantFrom(undefined, ...values)
const filters: fc.Arbitrary<VectorFilter> = fc
  .record({
    tenantId: optional(['tenant-0', 'tenant-1', 'another'].map(asTenantId)),
    documentId: optional(['d0', 'd3'].map(documentOf)),
    type: optional(['text/plain']),
    sentFrom: optional([5, 20]),
    sentTo: optional([20, 30]),
  })
  .map((filter) =>
    Object.fromEntries(Object.entries(filter).filter(([, value]) => value !== undefined)),
  )

const scoresOf = (matches: readonly VectorMatch[]): readonly (readonly [string, number])[] =>
  matches.map(({ id, score }) => [id, score])

const fill = (matrix: VectorMatrix, count: number, width: number): void => {
  const next = createNumbers(7)
  for (let name = 0; name < count; name++)
    matrix.set(
      pointOf(
        name,
        Array.from({ length: width }, () => next() - 0.5),
      ),
    )
}

describe('vectors in memory', () => {
  it('are found as a plain sort of all finds them, whatever was set, replaced and removed, and by any filter', async () => {
    await fc.assert(
      fc.asyncProperty(
        changes,
        vectors,
        filters,
        fc.integer({ min: 1, max: 12 }),
        async (all, query, filter, limit) => {
          // Blocks of few rows, so that searches go over several.
          const matrix = createVectorMatrix(dimensions, { blockRows: 8 })
          const plain = createVectorMatrix(dimensions, { createBlock: createPlainBlock })
          const held = new Map<string, VectorPoint>()
          for (const change of all) {
            const point = pointOf(change.name, change.kind === 'set' ? change.vector : [])
            if (change.kind === 'set') held.set(point.id, point)
            else held.delete(point.id)
            for (const each of [matrix, plain])
              if (change.kind === 'set') each.set(point)
              else each.remove(point.id)
          }
          const vector = Float32Array.from(query)
          const found = await matrix.search({ vector, limit, filter })
          assert.deepEqual(found, await plain.search({ vector, limit, filter }))
          const expected = sortAll(held.values(), vector, limit, keeps(filter))
          assert.equal(found.length, expected.length)
          found.forEach(({ score }, place) =>
            assert.ok(Math.abs(score - (expected[place]?.score ?? NaN)) < 1e-6),
          )
          const every = sortAll(held.values(), vector, Infinity, keeps(filter))
          for (const { id, score } of found)
            assert.ok(Math.abs(score - (every.find((each) => each.id === id)?.score ?? NaN)) < 1e-6)
          const inOrder = found.toSorted((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1))
          assert.deepEqual(scoresOf(found), scoresOf(inOrder))
        },
      ),
      { numRuns: 150 },
    )
  })

  it('are found the same to the last bit with vector instructions and without, over many slices and blocks', async () => {
    const [count, width] = [3 * mostListed + 5, 50]
    const matrix = createVectorMatrix(width, { blockRows: 5000 })
    const plain = createVectorMatrix(width, { createBlock: createPlainBlock })
    for (const each of [matrix, plain]) fill(each, count, width)
    const next = createNumbers(8)
    for (let query = 0; query < 20; query++) {
      const vector = Float32Array.from({ length: width }, () => next() - 0.5)
      const found = await matrix.search({ vector, limit: 25 })
      assert.equal(found.length, 25)
      assert.deepEqual(found, await plain.search({ vector, limit: 25 }))
    }
  })

  it('come in the order of their ids where single precision cannot tell them apart', async () => {
    const matrix = createVectorMatrix(4)
    const nearly = 1 + 2 ** -23
    const points = Array.from({ length: 200 }, (_, name) =>
      pointOf(name, [1, name % 2 ? nearly : 1, 1, -1]),
    )
    for (const point of points) matrix.set(point)
    const found = await matrix.search({ vector: Float32Array.from([1, 1, 1, 1]), limit: 150 })
    const better = points.filter((_, name) => name % 2).map(({ id }) => id)
    assert.deepEqual(
      found.slice(0, 100).map(({ id }) => id),
      better.toSorted(),
    )
  })

  it('that are not numbers are never found, nor do they hide others', async () => {
    const matrix = createVectorMatrix(2)
    const given = [
      [NaN, 1],
      [Infinity, 1],
      [1, 0],
      [0, 0],
      [1e-45, 0],
      [3e38, 3e38],
    ]
    for (const [name, vector] of given.entries()) matrix.set(pointOf(name, vector))
    const found = await matrix.search({ vector: Float32Array.from([1, 0]), limit: 10 })
    assert.deepEqual(
      found.map(({ score }) => score.toFixed(6)),
      ['1.000000', '1.000000', '0.707107', '0.000000'],
    )
    assert.deepEqual(await matrix.search({ vector: Float32Array.from([NaN, 0]), limit: 10 }), [])
  })

  it('are scored by vector instructions here, off by less than is allowed for', () => {
    const width = 384
    const block = createRowBlock(width)
    const plain = createPlainBlock(width)
    const next = createNumbers(9)
    const unit = (): Float32Array => {
      const vector = Float32Array.from({ length: width }, () => next() ** 3)
      const length = Math.hypot(...vector)
      return vector.map((value) => value / length)
    }
    for (let row = 0; row < 2000; row++) {
      const vector = unit()
      block.write(row, vector, 1)
      plain.write(row, vector, 1)
    }
    const query = unit()
    const list = Uint32Array.from({ length: 2000 }, (_, row) => row)
    const scores = block.score(query, list)
    const errors = Array.from(list, (row) => Math.abs(scores[row]! - plain.dot(row, query)))
    assert.ok(Math.max(...errors) < scoreError(width), `${Math.max(...errors)}`)
    const rounded = Array.from(list, (row) =>
      Math.abs(scores[row]! - Math.fround(plain.dot(row, query))),
    )
    assert.ok(
      rounded.some((error) => error > 0),
      'scores are those of the plain block: WebAssembly was not used',
    )
  })

  it('lie in blocks that stay within what one memory may hold', () => {
    for (const width of [1, 16, 384, 4096, 65_536])
      assert.ok(rowsOfBlock(width) * width * 4 <= 2 ** 28 && rowsOfBlock(width) >= 1)
    assert.ok(rowsOfBlock(384) > 100_000)
  })
})
