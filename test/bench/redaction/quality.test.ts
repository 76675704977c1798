import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { type Found, measureQuality } from '../../../bench/redaction/quality.ts'

describe('the score of findings', () => {
  const full_text = '🙂 0123456789'
  const gold = { entity_type: 'DOMAIN_NAME', start_position: 2, end_position: 12 }
  const samples = [{ full_text, spans: [gold] }]
  const scored = (...found: readonly Found[]) => {
    const { gold: spans, precision, recall, f1 } = measureQuality(samples, () => found).at(-1)!
    return { spans, precision, recall, f1 }
  }

  it('counts a finding that shares nine tenths of the characters, as a link is called there', () => {
    assert.deepEqual(scored({ type: 'URL', start: 3, end: 12 }), {
      spans: 1,
      precision: 1,
      recall: 1,
      f1: 1,
    })
  })

  it('counts a shorter one as wrong and as missed', () => {
    assert.deepEqual(scored({ type: 'URL', start: 3, end: 11 }), {
      spans: 1,
      precision: 0,
      recall: 0,
      f1: 0,
    })
  })

  it('counts another type at the same place as wrong, and types that are not scored not at all', () => {
    const found = [
      { type: 'IBAN_CODE', start: 3, end: 13 },
      { type: 'PERSON', start: 3, end: 13 },
    ]
    assert.deepEqual(scored({ type: 'URL', start: 3, end: 13 }, ...found), {
      spans: 1,
      precision: 0.5,
      recall: 1,
      f1: 2 / 3,
    })
  })
})
