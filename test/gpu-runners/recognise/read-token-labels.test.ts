import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { readTokenLabels } from '../../../gpu-runners/recognise/read-token-labels.ts'
import { lexiconCard } from './a-model-ner.ts'

const card = lexiconCard({ labels: ['O', 'B-PER', 'I-PER'], types: { PER: 'PERSON' } })
const read = (values: readonly number[], length = values.length / 3) =>
  readTokenLabels(card)(
    {
      kind: 'token-scores',
      modelVersion: '1',
      tokens: values.length / 3,
      labels: card.labels,
      values: Float32Array.from(values),
    },
    [{ tokens: length, bytes: 0, input: { ids: new Int32Array(length) } }],
  )[0]

const logOf = (...probabilities: readonly number[]) => probabilities.map(Math.log)

describe('scores of tokens', () => {
  it('become the best label of the most probable kind', () => {
    const answer = read([
      ...logOf(0.4, 0.35, 0.25),
      ...logOf(0.6, 0.3, 0.1),
      ...logOf(0.1, 0.2, 0.7),
    ])
    assert.ok(answer?.kind === 'ok')
    const rounded = [...answer.result].map((each) => Number(each.toFixed(3)))
    assert.deepEqual(rounded, [1, 0.6, 0, 0.6, 2, 0.9])
  })

  it('may be as large as they like', () => {
    const answer = read([3e38, -3e38, 0, -3e38, -3e38, -3e38])
    assert.ok(answer?.kind === 'ok')
    assert.deepEqual(Array.from(answer.result.subarray(0, 3)), [0, 1, 1])
  })

  it('leave out what was put behind an item', () => {
    const answer = read([1, 0, 0, NaN, NaN, NaN], 1)
    assert.ok(answer?.kind === 'ok')
    assert.equal(answer.result.length, 2)
  })

  for (const wrong of [NaN, Infinity])
    it(`are no answer with ${wrong} among them`, () => {
      assert.deepEqual(read([0, 1, 0, 0, wrong, 0]), {
        kind: 'bad',
        message: 'a score is no number',
      })
    })
})
