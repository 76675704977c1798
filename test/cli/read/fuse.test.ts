import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { fuse } from '../../../cli/read/fuse.ts'
import type { VectorMatch } from '../../../topology/ports/vector-index.ts'
import { aPoint } from '../../contracts/vector-index.contract.ts'

const match = (name: string, score: number): VectorMatch => ({
  id: name,
  score,
  payload: { ...aPoint(name, 0, 1n, [1]).payload, chunkId: name },
})
const names = (matches: ReturnType<typeof fuse>): readonly string[] =>
  matches.map(({ payload }) => payload.chunkId)

describe('two searches as one', () => {
  it('put what both bring before what one of them has first', () => {
    const fused = fuse(
      [match('only vector', 0.9), match('both', 0.5)],
      [match('only words', 80), match('both', 2)],
      10,
    )
    assert.deepEqual(names(fused), ['both', 'only vector', 'only words'])
    assert.ok(Math.abs((fused[0]?.score ?? 0) - 2 / 62) < 1e-12)
  })

  it('tell the score of each search, and null where it did not bring the chunk', () => {
    const [both, other] = fuse([match('a', 0.9)], [match('a', 3), match('b', 2)], 10)
    assert.deepEqual([both?.similarity, both?.words], [0.9, 3])
    assert.deepEqual([other?.similarity, other?.words], [null, 2])
  })

  it('order ties by id and end at the limit', () => {
    const fused = fuse([match('b', 1)], [match('a', 1)], 1)
    assert.deepEqual(names(fused), ['a'])
  })
})
