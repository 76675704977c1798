import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { editDistance, nearest } from '../../../topology/model/nearest.ts'

describe('edit distance', () => {
  it('is a metric', () => {
    const word = fc.string({ maxLength: 12 })
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        assert.equal(editDistance(a, a), 0)
        assert.equal(editDistance(a, b), editDistance(b, a))
        assert.ok(editDistance(a, c) <= editDistance(a, b) + editDistance(b, c))
      }),
    )
  })

  it('counts one for an insertion, a deletion and a replacement', () => {
    assert.deepEqual(
      [editDistance('ab', 'abc'), editDistance('abc', 'ac'), editDistance('ab', 'ax')],
      [1, 1, 1],
    )
  })
})

describe('nearest', () => {
  it('finds what was meant and nothing for something else', () => {
    assert.equal(nearest('tennant', ['tenant', 'sources']), 'tenant')
    assert.equal(nearest('ulr', ['url', 'tenant']), 'url')
    assert.equal(nearest('seed', ['side', 'tenant']), undefined)
    assert.equal(nearest('colour', ['tenant', 'sources']), undefined)
    assert.equal(nearest('x'.repeat(1e6), ['tenant']), undefined)
  })
})
