import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { doneOffsets } from '../../../drivers/kafka/done-offsets.ts'

describe('Offsets that are done', () => {
  it('are known, and others are not, whatever lies between', () => {
    const done = doneOffsets([2, 3, 7])
    const asked = [0, 2, 3, 4, 7, 9]
    assert.deepEqual(asked.filter(done.has), [2, 3, 7])
  })

  it('are passed in a row, up to the first that is not done', () => {
    const done = doneOffsets([2, 3, 4, 7])
    assert.equal(done.after(1, 100), 1)
    assert.equal(done.after(2, 100), 5)
    assert.equal(done.after(7, 100), 8)
  })

  it('are not passed beyond the end of the partition', () => {
    assert.equal(doneOffsets([2, 3, 4]).after(2, 4), 4)
    assert.equal(doneOffsets([2, 3, 4]).after(9, 4), 9)
  })
})
