import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createLexRank } from '../../../../drivers/embedded/models/lexrank.ts'

const summarise = createLexRank()

const MINUTES = `Welcome to the weekly meeting. The new search index doubles the query speed of the archive.
Somebody brought cake. Tests of the search index show that query speed on the archive is twice as high.
The heating in the corridor is broken. We will ship the search index with the archive release in May.
Parking remains difficult. Query speed of the old index was the main complaint about the archive.`

describe('the extractive summariser', () => {
  it('picks what the text is about and leaves the asides out', () => {
    const { text } = summarise(MINUTES, { maxTokens: 40 })
    assert.match(text, /search index/)
    assert.doesNotMatch(text, /cake|heating|Parking/)
  })

  it('keeps to the budget, by the counter that is given', () => {
    const documents = fc.lorem({ mode: 'sentences', maxCount: 30 })
    const countTokens = (text: string): number => Math.ceil(text.length / 4)
    fc.assert(
      fc.property(documents, fc.integer({ min: 1, max: 120 }), (text, maxTokens) => {
        const extract = summarise(text, { maxTokens, countTokens })
        assert.ok(extract.tokens <= maxTokens)
        assert.ok(extract.tokens >= countTokens(extract.text) - extract.spans.length)
      }),
    )
  })

  it('takes every word from the text, in its order, and says from where', () => {
    fc.assert(
      fc.property(fc.lorem({ mode: 'sentences', maxCount: 30 }), (text) => {
        const extract = summarise(text, { maxTokens: 60 })
        const quoted = extract.spans.map(({ start, end }) =>
          text.slice(start, end).replace(/\s+/g, ' '),
        )
        assert.equal(extract.text, quoted.join(' '))
        const starts = extract.spans.map(({ start }) => start)
        assert.deepEqual(
          starts,
          starts.toSorted((a, b) => a - b),
        )
      }),
    )
  })

  it('breaks ties by position, so equal sentences do not repeat', () => {
    const { text } = summarise('Budget review is due soon. '.repeat(8), { maxTokens: 50 })
    assert.equal(text, 'Budget review is due soon.')
  })

  it('cuts a sentence at a space when not even one fits', () => {
    const extract = summarise('Seven words are too many for this budget.', { maxTokens: 3 })
    assert.deepEqual(extract, {
      text: 'Seven words are',
      spans: [{ start: 0, end: 15 }],
      tokens: 3,
      truncated: false,
    })
  })

  it('gives an empty summary of an empty text', () => {
    assert.deepEqual(summarise(' \n ', { maxTokens: 10 }), {
      text: '',
      spans: [],
      tokens: 0,
      truncated: false,
    })
  })

  it('says when it did not read everything', () => {
    const long = Array.from(
      { length: 300 },
      (_, i) => `Sentence ${i} speaks of matter ${i % 7}.`,
    ).join(' ')
    assert.equal(summarise(long, { maxTokens: 30 }).truncated, true)
    assert.equal(summarise(MINUTES, { maxTokens: 30 }).truncated, false)
  })

  it('takes bounded time on texts that are made to be slow', () => {
    const sentence = `${Array.from({ length: 120 }, (_, i) => `w${i}`).join(' ')}. `
    const before = process.cpuUsage()
    for (const text of [
      sentence.repeat(400),
      'a'.repeat(500_000),
      '. '.repeat(200_000),
      'x\n'.repeat(200_000),
    ])
      summarise(text, { maxTokens: 50 })
    const { user } = process.cpuUsage(before)
    assert.ok(user < 2_000_000, `${user} µs`)
  })
})
