import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { keepWhileUsed } from '../../../processors/parse/keep-while-used.ts'

const counting = () => {
  let started = 0
  return keepWhileUsed(async () => (started += 1), 3)
}

describe('what is kept while it is used', () => {
  it('is started once for all', async () => {
    const kept = counting()
    assert.deepEqual(await Promise.all([kept.use(), kept.use()]), [1, 1])
  })

  it('is given up after so many pieces of work in a row without it', async () => {
    const kept = counting()
    await kept.use()
    for (let piece = 0; piece < 3; piece++) kept.pass()
    assert.equal(await kept.use(), 2)
  })

  it('is kept where it is needed again before that', async () => {
    const kept = counting()
    for (let round = 0; round < 3; round++) {
      kept.pass()
      kept.pass()
      assert.equal(await kept.use(), 1)
    }
  })

  it('is started again after it was given up', async () => {
    const kept = counting()
    await kept.use()
    kept.giveUp()
    assert.equal(await kept.use(), 2)
  })
})
