import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mergeNames } from '../../../gpu-runners/recognise/merge-names.ts'

const name = (start: number, end: number, type = 'PERSON', score = 80) => ({
  start,
  end,
  type,
  score,
})

describe('names of overlapping windows', () => {
  it('that are the same are one, with the best score', () => {
    assert.deepEqual(mergeNames([name(5, 9, 'PERSON', 70), name(5, 9, 'PERSON', 90)]), [
      name(5, 9, 'PERSON', 90),
    ])
  })

  it('of which a window saw a part are one, as wide as both', () => {
    assert.deepEqual(mergeNames([name(7, 12), name(0, 4), name(3, 9)]), [name(0, 12)])
  })

  it('of two types both stay, and those that touch stay apart', () => {
    const names = [name(0, 4), name(2, 6, 'LOCATION'), name(4, 8)]
    assert.deepEqual(mergeNames(names), names)
  })
})
