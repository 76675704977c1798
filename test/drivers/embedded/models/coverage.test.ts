import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createCoverage } from '../../../../drivers/embedded/models/coverage.ts'

const summarise = createCoverage()

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
      wordsRead: 8,
      truncated: false,
    })
  })

  it('cuts a text without blanks and sentence marks to the budget from its beginning', () => {
    const sentence = 'お客様は配送が遅いと言いました'
    for (const times of [10, 40, 400]) {
      const extract = summarise(sentence.repeat(times), { maxTokens: 120 })
      assert.equal(extract.text, sentence.repeat(8))
      assert.equal(extract.tokens, 120)
    }
    const after = summarise(`The order is late.\n\n${sentence.repeat(40)}`, { maxTokens: 34 })
    assert.equal(after.text, `The order is late. ${sentence.repeat(2)}`)
    const blankEarly = summarise(`東京 ${sentence.repeat(10)}`, { maxTokens: 17 })
    assert.equal(blankEarly.text, `東京 ${sentence}`)
  })

  it('never cuts a surrogate pair in two', () => {
    const countTokens = (text: string): number => text.length
    const cut = (maxTokens: number) => summarise('😀'.repeat(700), { maxTokens, countTokens }).text
    assert.equal(cut(5), '😀😀')
    assert.equal(cut(6), '😀😀😀')
    assert.equal(cut(1), '')
  })

  it('begins at the beginning of a text without sentence marks', () => {
    const words = Array.from({ length: 400 }, (_, i) => `word${i}`)
    const { text } = summarise(words.join(' '), { maxTokens: 120 })
    assert.equal(text, words.slice(0, 120).join(' '))
    const aboutTheEnd = `${words.join(' ')} ${'late parcel from the shop '.repeat(60)}`
    assert.match(summarise(aboutTheEnd, { maxTokens: 120 }).text, /^word0 word1 /)
  })

  it('takes no more than a page of what counts as few words', () => {
    assert.equal(summarise('a'.repeat(9_000), { maxTokens: 120 }).text.length, 1_200)
  })

  it('gives what has no words as it is', () => {
    assert.equal(summarise('!!! ??? ...', { maxTokens: 10 }).text, '!!!')
  })

  it('gives an empty summary of an empty text', () => {
    assert.deepEqual(summarise(' \n ', { maxTokens: 10 }), {
      text: '',
      spans: [],
      tokens: 0,
      wordsRead: 0,
      truncated: false,
    })
  })

  it('reads to the end of a long text, and says when it did not', () => {
    const asides = Array.from(
      { length: 300 },
      (_, i) => `Speaker${i} had aside${i} with guest${i} near door${i} today.`,
    )
    const late = `${asides.join(' ')} ${'The reactor valve leaked during every pressure trial. We replace the reactor valve before another pressure trial. '.repeat(2)}`
    const { text, truncated } = summarise(late, { maxTokens: 30 })
    assert.match(text, /reactor valve/)
    assert.equal(truncated, false)
    assert.equal(summarise('So it is. '.repeat(10_001), { maxTokens: 30 }).truncated, true)
    assert.equal(summarise('a'.repeat(262_145), { maxTokens: 30 }).truncated, true)
  })

  it('counts the words that it read', () => {
    assert.equal(summarise('Two words. And four words more.', { maxTokens: 3 }).wordsRead, 6)
  })

  it('is a text that fits, without the sentences that are there already', () => {
    const text = 'Yes.\nThe lever broke.\nThe lever did not break.\nYes.\n7-1\nThe lever broke.'
    const extract = summarise(text, { maxTokens: 120 })
    assert.equal(extract.text, 'Yes. The lever broke. The lever did not break. 7-1')
  })

  it('says what it is about once, and goes on with what was not said', () => {
    const text = `The remote control needs a rubber case of its own.
The remote control needs a rubber case of their own.
A rubber case makes the remote control cheap to produce.
The battery lasts two winters without any charging.`
    const extract = summarise(text, { maxTokens: 20 })
    assert.equal(
      extract.text,
      'The remote control needs a rubber case of its own. The battery lasts two winters without any charging.',
    )
  })

  it('leaves answers and fillers out of a longer text', () => {
    const { text } = summarise(`Yes.\nOkay then.\n${MINUTES}\nThank you.`, { maxTokens: 60 })
    assert.doesNotMatch(text, /Yes|Okay|Thank/)
  })

  it('takes short lines where there are no others', () => {
    const list = Array.from({ length: 60 }, (_, i) => `- bolt size${i} steel`).join('\n')
    const { text, tokens } = summarise(list, { maxTokens: 30 })
    assert.match(text, /^- bolt size0 steel/)
    assert.ok(tokens > 20, text)
  })

  it('weighs neither placeholders nor addresses of pages nor numbers', () => {
    const hidden = [
      'So it was [PERSON_1] with [PERSON_2], [EMAIL_ADDRESS] and [PHONE_NUMBER].',
      'It is at https://shop.example.com/spring/offers/bicycles/levers?colour=red only.',
      'And it is 2019, 2020, 2021, 2022 or 2023 a b c.',
    ]
    const text = `${hidden.join('\n')}\nThe lever of the brake broke twice.\n${hidden.join('\n')}`
    assert.equal(summarise(text, { maxTokens: 8 }).text, 'The lever of the brake broke twice.')
  })

  it('takes bounded time on texts that are made to be slow', () => {
    const sentence = `${Array.from({ length: 120 }, (_, i) => `w${i}`).join(' ')}. `
    const before = process.cpuUsage()
    for (const text of [
      sentence.repeat(400),
      'a'.repeat(500_000),
      '. '.repeat(200_000),
      'x\n'.repeat(200_000),
      Array.from({ length: 1_000_000 }, (_, i) => `It is w${i}.`).join(' '),
      Array.from({ length: 20_000 }, (_, i) => `w${i}\n`).join(''),
    ])
      summarise(text, { maxTokens: 50 })
    const { user } = process.cpuUsage(before)
    assert.ok(user < 2_000_000, `${user} µs`)
  })
})
