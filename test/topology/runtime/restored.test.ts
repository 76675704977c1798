import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Restored } from '../../../topology/runtime/restored.ts'

describe('What an earlier owner finished', () => {
  it('is met in order, each once, as far as was read', () => {
    const restored = new Restored([3, 5, 8])
    assert.deepEqual([restored.meet(6), restored.meet(6), restored.meet(6)], [3, 5, undefined])
    assert.deepEqual([restored.meet(8), restored.meet(9)], [undefined, 8])
  })

  it('is unmet until then', () => {
    const restored = new Restored([3, 5])
    assert.deepEqual(restored.unmet, [3, 5])
    restored.meet(4)
    assert.deepEqual(restored.unmet, [5])
    restored.meet(6)
    assert.deepEqual(restored.unmet, [])
  })
})
