import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { rougeL, rougeN } from '../../bench/summaries/rouge.ts'
import { supportedSentences } from '../../bench/summaries/supported.ts'

const near = (value: number, wanted: number): void =>
  assert.ok(Math.abs(value - wanted) < 5e-5, `${value} instead of ${wanted}`)

describe('the score of summaries', () => {
  const gold = 'The quick brown fox jumps over the lazy dog'
  const said = 'The quick brown dog jumps on the log.'

  it('is what the package rouge-score says of its own example', () => {
    const one = rougeN(said, gold, 1)
    near(one.precision, 0.75)
    near(one.recall, 0.6667)
    near(one.f1, 0.7059)
    const long = rougeL(said, gold)
    near(long.precision, 0.625)
    near(long.recall, 0.5556)
    near(long.f1, 0.5882)
  })

  it('counts a run of words as often as both have it', () => {
    // the quick, quick brown of seven and eight runs
    near(rougeN(said, gold, 2).precision, 2 / 7)
    near(rougeN(said, gold, 2).recall, 2 / 8)
    near(rougeN('a a a', 'a b', 1).precision, 1 / 3)
  })

  it('is 1 for the same words and 0 for others, or none', () => {
    near(rougeL('One, two!', 'one two').f1, 1)
    near(rougeN('one', 'two', 1).f1, 0)
    near(rougeL('', 'two').f1, 0)
    near(rougeN('one two', '', 2).f1, 0)
  })

  it('knows which sentences the document says word for word', () => {
    const document = 'We met.\nThe bridge\nis closed. Nobody knew.'
    const sentences = ['The bridge is closed.', 'The bridge is open.', ' ']
    assert.deepEqual(supportedSentences(sentences, document), { supported: 1, all: 2 })
    const joined = ['The bridge is closed. The bridge is closed.', 'We closed the bridge.']
    assert.deepEqual(supportedSentences(joined, document), { supported: 1, all: 2 })
  })
})
