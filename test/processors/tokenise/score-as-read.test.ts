import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { scoreAsRead } from '../../../processors/tokenise/model/score-as-read.ts'
import { differenceFrom } from './difference.ts'

describe('scores of a Unigram file', () => {
  it('are off in the last place where the reference is', () => {
    assert.equal(scoreAsRead(Number('-10.521925936190033')), Number('-10.521925936190032'))
    assert.deepEqual([0, -3.5, -8, 1e-7, -1e300].map(scoreAsRead), [0, -3.5, -8, 1e-7, -1e300])
  })

  it('tell two divisions apart that weigh the same, as the reference does', async () => {
    for (const [one, two] of [
      [Number('-10.521925936190033'), -7.318276409143212],
      [-8.739281650182736, -11.28374650192837],
      [Number('-9.918273645546372'), -5.102938475665748],
    ] as const) {
      const vocab = [
        ['<unk>', 0],
        ['▁', -2],
        ['a', one],
        ['aa', two],
        ['aaa', -30],
      ]
      const json = JSON.stringify({
        version: '1.0',
        added_tokens: [],
        pre_tokenizer: {
          type: 'Metaspace',
          replacement: '▁',
          prepend_scheme: 'always',
          split: true,
        },
        model: { type: 'Unigram', unk_id: 0, vocab },
      })
      const texts = Array.from({ length: 30 }, (_, i) => 'a'.repeat(i + 1))
      assert.equal(await differenceFrom(json)(texts), undefined)
    }
  })
})
