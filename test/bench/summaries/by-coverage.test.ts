import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { summariseByCoverage } from '../../../bench/summaries/by-coverage.ts'

const common = 'The remote control needs a rubber case.'
const sentences = [
  'Good morning to you, how was yesterday evening then.',
  common,
  'A rubber case makes the remote control cheap.',
  'Rubber is what every remote control has around its case.',
  'Yes.',
  'The battery of it should last for two whole years.',
]

describe('summaries by coverage', () => {
  it('begin with what most sentences are about, and go on with what was not said yet', () => {
    const summary = summariseByCoverage(sentences, 20)
    assert.match(summary, /remote control/)
    assert.match(summary, /battery|morning/)
  })

  it('are no longer than they may be, in the order of the text', () => {
    assert.equal(summariseByCoverage(sentences, 5), '')
    const all = summariseByCoverage(sentences, 1_000)
    assert.equal(all, sentences.filter((each) => each !== 'Yes.').join(' '))
  })
})
