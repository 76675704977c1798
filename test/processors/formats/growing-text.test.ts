import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { GrowingText } from '../../../processors/formats/growing-text.ts'

describe('a text that grows', () => {
  it('is its pieces in their order, however many there are', () => {
    const pieces = Array.from({ length: 50_000 }, (_, at) => `piece ${at}, `)
    const text = new GrowingText()
    for (const piece of pieces) text.append(piece)
    assert.equal(text.length, pieces.join('').length)
    assert.equal(text.toString(), pieces.join(''))
  })

  it('may grow on after it was read', () => {
    const text = new GrowingText()
    assert.equal(text.toString(), '')
    text.append('a')
    assert.equal(text.toString(), 'a')
    text.append('b')
    assert.equal(text.toString(), 'ab')
    assert.equal(text.length, 2)
  })
})
