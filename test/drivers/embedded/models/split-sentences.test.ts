import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { splitSentences } from '../../../../drivers/embedded/models/split-sentences.ts'

// oxlint-disable-next-line no-control-regex -- control characters count as white space here
const BLANK = /^[\s\0-\x20]*$/
const LIMITS = { maxSentences: 100, maxUnits: 200 }

function sentencesOf(text: string, limits = LIMITS): string[] {
  const bounds = splitSentences(text, limits)
  return bounds.flatMap((start, i) => (i % 2 ? [] : [text.slice(start, bounds[i + 1])]))
}

describe('splitting sentences', () => {
  it('ends a sentence at a terminator before a space', () => {
    assert.deepEqual(sentencesOf('One two. Three four! Five? "Six." Seven'), [
      'One two.',
      'Three four!',
      'Five?',
      '"Six."',
      'Seven',
    ])
  })

  it('does not end one inside a number, a name or an abbreviation', () => {
    assert.deepEqual(sentencesOf('Dr. J. Smith paid 3.50, e.g. for no. 4 at example.com today.'), [
      'Dr. J. Smith paid 3.50, e.g. for no. 4 at example.com today.',
    ])
  })

  it('ends one at an empty line and at a short line, but not inside wrapped prose', () => {
    const wrapped = `${'words of a long line that was wrapped by the mail program'}\nand go on here`
    assert.deepEqual(sentencesOf(wrapped), [wrapped])
    assert.deepEqual(sentencesOf('<kim> hello\n<sam> good morning\n\nBye'), [
      '<kim> hello',
      '<sam> good morning',
      'Bye',
    ])
  })

  it('ends one at an ideographic full stop', () => {
    assert.deepEqual(sentencesOf('今日は晴れ。明日は雨！'), ['今日は晴れ。', '明日は雨！'])
  })

  it('gives sorted, trimmed, bounded stretches that leave out only white space', () => {
    const texts = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 600 }),
      fc.lorem({ mode: 'sentences', maxCount: 9 }),
    )
    fc.assert(
      fc.property(texts, (text) => {
        const bounds = splitSentences(text, { maxSentences: 10_000, maxUnits: 40 })
        let at = 0
        for (let i = 0; i < bounds.length; i += 2) {
          const [start, end] = [bounds[i] as number, bounds[i + 1] as number]
          assert.ok(at <= start && start < end && end - start <= 40)
          assert.match(text.slice(at, start), BLANK)
          at = end
        }
        assert.match(text.slice(at), BLANK)
      }),
    )
  })

  it('tells what only goes on with the sentence before, which was too long', () => {
    const continued = new Set<number>()
    const text = `${'a'.repeat(90)}.\n\nYes. ${'b c '.repeat(15)}\n\n${' '.repeat(90)}No.`
    const { length } = splitSentences(text, { maxSentences: 100, maxUnits: 40 }, continued)
    assert.equal(length / 2, 7)
    assert.deepEqual([...continued], [1, 2, 5])
  })

  it('stops after the most sentences', () => {
    assert.equal(sentencesOf('Yes. '.repeat(500), { maxSentences: 7, maxUnits: 50 }).length, 7)
  })
})
