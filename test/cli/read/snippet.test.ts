import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { snippetOf } from '../../../cli/read/snippet.ts'

describe('snippetOf', () => {
  it('highlights the words asked for, whatever their case, on one line', () => {
    const { text, highlights } = snippetOf('The Shipment\n\nis delayed.', 'delayed shipment')
    assert.equal(text, 'The Shipment is delayed.')
    assert.deepEqual(
      highlights.map(([start, end]) => text.slice(start, end)),
      ['Shipment', 'delayed'],
    )
  })

  it('shows the window with the most different words', () => {
    const filler = 'nothing of interest here '.repeat(20)
    const { text } = snippetOf(
      `delayed ${filler} delayed shipment ${filler}`,
      'delayed shipment',
      80,
    )
    assert.match(text, /^… .*delayed shipment.* …$/)
  })

  it('shows the beginning when no word is there', () => {
    const { text, highlights } = snippetOf('word '.repeat(100), 'absent', 40)
    assert.ok(text.startsWith('word word'))
    assert.deepEqual(highlights, [])
  })

  it('always highlights words of the query and stays near its width', () => {
    const words = fc.array(fc.constantFrom('alpha', 'Beta', 'straße', 'İstanbul', '😀', 'x', '\n'))
    fc.assert(
      fc.property(words, words, fc.integer({ min: 20, max: 80 }), (text, query, width) => {
        const snippet = snippetOf(text.join(' '), query.join(' '), width)
        assert.ok(snippet.text.length <= width + 4)
        const wanted = new Set(query.map((word) => word.toLowerCase()))
        for (const [start, end] of snippet.highlights)
          assert.ok(wanted.has(snippet.text.slice(start, end).toLowerCase()))
      }),
    )
  })
})
