import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { stretchEnd, trimmed } from '../../../gpu-runners/recognise/text-stretches.ts'
import { wordStarts } from '../../../gpu-runners/recognise/word-starts.ts'

describe('stretches of a long text', () => {
  it('end before white space, never inside a pair', () => {
    assert.equal(stretchEnd('one two three four', 0, 8), 7)
    assert.equal(stretchEnd('one two', 4, 10), 7)
    assert.equal(stretchEnd('😀'.repeat(10), 0, 5), 4)
    assert.equal(stretchEnd('x'.repeat(10), 2, 4), 6)
  })
})

describe('the place of a name', () => {
  it('is without the white space that a token brings along', () => {
    assert.deepEqual(trimmed('a  Ada \n', 1, 8), { start: 3, end: 6 })
    assert.equal(trimmed('a   b', 1, 4), undefined)
  })

  it('has both halves of a pair of which a token has one', () => {
    assert.deepEqual(trimmed('a😀b', 2, 4), { start: 1, end: 4 })
    assert.deepEqual(trimmed('a😀b', 0, 2), { start: 0, end: 3 })
  })
})

describe('where words begin', () => {
  /** Tokens of a tokeniser whose marks say only where white space was. */
  const startsIn = (...tokens: readonly string[]): string => {
    const text = tokens.join('')
    const ends = tokens.map((_, i) => tokens.slice(0, i + 1).join('').length)
    const offsets = Int32Array.from(ends.flatMap((end, i) => [ends[i - 1] ?? 0, end]))
    const marks = Uint8Array.from(tokens, (token) => (token.startsWith(' ') ? 1 : 0))
    const ids = new Int32Array(tokens.length)
    return [...wordStarts(text, { ids, offsets, wordStarts: marks }, () => false)].join('')
  }

  it('is behind and before punctuation, too, and not inside of a word', () => {
    assert.equal(startsIn('Lon', 'don', '.', ' O', '’', 'Bri', 'en', ')'), '10111101')
    assert.equal(startsIn('gro', 'ß', 'er', '\u0301', '2'), '10000')
  })

  it('is every token of a script without spaces, and beside an emoji', () => {
    assert.equal(startsIn('東京', '都', 'に', 'abc', 'd', '😀', 'x'), '1111011')
  })
})
