import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { encodePoints, writeVector } from '../../../drivers/qdrant/encode-points.ts'
import { aPoint } from '../../contracts/vector-index.contract.ts'

const written = (vector: readonly number[]): string => {
  const into = Buffer.alloc(vector.length * 12 + 2)
  return into.subarray(0, writeVector(into, 0, Float32Array.from(vector))).toString()
}

interface Operation {
  readonly upsert: {
    readonly points: readonly { readonly id: string; readonly payload: Record<string, unknown> }[]
    readonly update_filter: unknown
  }
}

describe('points for Qdrant', () => {
  it('are brought to length one, with at most eight decimals', () => {
    assert.equal(written([3, -4]), '[0.60000000,-0.80000000]')
    assert.equal(written([0, 5, 0]), '[0,1,0]')
    assert.equal(written([-7]), '[-1]')
    assert.equal(written([0.000001, 1]), '[0.00000100,1]')
  })

  it('keep a vector without length', () => {
    assert.equal(written([0, 0]), '[0,0]')
    assert.equal(written([]), '[]')
  })

  it('are off by at most 5e-9 in every direction', () => {
    const number = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1000, max: 1000 })
    fc.assert(
      fc.property(fc.array(number, { minLength: 1, maxLength: 40 }), (values) => {
        const vector = Float32Array.from(values)
        const length = Math.hypot(...vector)
        fc.pre(length > 1e-20)
        const back = JSON.parse(written(values)) as number[]
        for (const [index, value] of back.entries())
          assert.ok(Math.abs(value - (vector[index] ?? 0) / length) <= 5.1e-9)
      }),
    )
  })

  it('are one guarded upsert per revision', () => {
    const points = [
      aPoint('a', 0, 3n, [1, 0]),
      aPoint('b', 0, 2n, [0, 1]),
      aPoint('a', 1, 3n, [1, 1]),
    ]
    const { operations } = JSON.parse(encodePoints(points).toString()) as {
      readonly operations: readonly Operation[]
    }
    assert.deepEqual(
      operations.map(({ upsert }) => [upsert.points.map(({ id }) => id), upsert.update_filter]),
      [
        [[points[0]?.id, points[2]?.id], { must: [{ key: 'revision', range: { lt: 3 } }] }],
        [[points[1]?.id], { must: [{ key: 'revision', range: { lt: 2 } }] }],
      ],
    )
  })

  it('carry the revision in all its digits, and text of any script', () => {
    const point = aPoint('a', 0, 2n ** 62n + 1n, [1], { type: 'text/"ü" 漢字 🎉' })
    const body = encodePoints([point]).toString()
    assert.ok(body.includes('"revision":4611686018427387905,'))
    const { operations } = JSON.parse(body) as { readonly operations: readonly Operation[] }
    assert.equal(operations[0]?.upsert.points[0]?.payload['type'], 'text/"ü" 漢字 🎉')
  })
})
