import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { OneAtATime } from '../../../topology/runtime/one-at-a-time.ts'

describe('One at a time', () => {
  const underWay = () => {
    const ends: (() => void)[] = []
    const oneAtATime = new OneAtATime()
    const ask = (): void => oneAtATime.ask((done) => void ends.push(done))
    return { ends, ask }
  }

  it('begins at once what is asked for when nothing is under way', () => {
    const { ends, ask } = underWay()
    ask()
    assert.equal(ends.length, 1)
    ends[0]!()
    ask()
    assert.equal(ends.length, 2)
  })

  it('does once more, and only then, what was asked for meanwhile, however often', () => {
    const { ends, ask } = underWay()
    for (let count = 0; count < 5; count++) ask()
    assert.equal(ends.length, 1)
    ends[0]!()
    assert.equal(ends.length, 2)
    ends[1]!()
    assert.equal(ends.length, 2)
  })
})
