import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { termsOf, termWeights } from '../../../topology/model/term-weights.ts'

const same = (a: string, b: string): void => assert.deepEqual(termsOf(a), termsOf(b))
const weightOf = (word: string, text: string): number => {
  const { terms, weights } = termWeights(text)
  return weights[terms.indexOf(termsOf(word)[0] ?? -1)] ?? 0
}

describe('words of a text', () => {
  it('are the same in capitals, in another order, more than once, and between any signs', () => {
    same('The late Ferry', 'ferry, FERRY (the?) "late"…')
    same('', ' \n.,;!')
  })

  it('are the same however their letters are put together', () => {
    same('caf\u00e9 \ufb01le', 'cafe\u0301 file')
  })

  it('are single signs in scripts without spaces', () => {
    assert.equal(termsOf('発送が遅れ').length, 5)
    same('遅れ発送が', '発送が遅れ')
  })

  it('keep letters with digits together, and accents with their letters', () => {
    assert.equal(termsOf('invoice4711 Überweisung naïve').length, 3)
    assert.equal(termsOf('हिन्दी').length, 1)
  })

  it('are in order, each once', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (text) => {
        const { terms, weights } = termWeights(text)
        assert.equal(terms.length, weights.length)
        for (let index = 1; index < terms.length; index++)
          assert.ok((terms[index - 1] ?? 0) < (terms[index] ?? 0))
      }),
    )
  })

  it('weigh more the more often they stand, up to a point, and less in a long text', () => {
    const once = weightOf('pier', 'pier and harbour')
    const twice = weightOf('pier', 'pier and pier')
    assert.ok(twice > once)
    assert.ok(weightOf('pier', 'pier '.repeat(100)) < 2.2)
    assert.ok(weightOf('pier', `pier ${'harbour '.repeat(400)}`) < once)
  })

  it('are read from a text of any length', () => {
    const words = Array.from({ length: 5000 }, (_, index) => `word${index}`)
    assert.ok(termsOf(words.join(' ')).length > 4990)
  })
})
