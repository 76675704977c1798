import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { decodeReferences } from '../../../../processors/parse/office/xml-references.ts'

describe('references in the XML of Office files', () => {
  it('are read once, whatever comes of it', () => {
    assert.equal(decodeReferences('a &amp; b &amp;amp; c &amp;lt;'), 'a & b &amp; c &lt;')
    assert.equal(decodeReferences('a &amp;&lt; &amp;#65; &#65;'), 'a &< &#65; A')
  })

  it('stay as they are where they are none', () => {
    assert.equal(decodeReferences('R&D &amp &unknown; &amp;'), 'R&D &amp &unknown; &')
  })
})
