import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { OffsetTracker } from '../../../topology/runtime/offset-tracker.ts'

describe('The offset tracker', () => {
  it('commits the lowest offset in flight', () => {
    const tracker = new OffsetTracker(10)
    for (const offset of [10, 11, 12]) tracker.start(offset)
    tracker.finish(11)
    assert.equal(tracker.position, 10)
    assert.deepEqual(tracker.doneBeyond(), [11])
  })

  it('passes over what is done once the lowest is', () => {
    const tracker = new OffsetTracker(0)
    for (const offset of [0, 1, 2]) tracker.start(offset)
    tracker.finish(1)
    tracker.finish(0)
    assert.equal(tracker.position, 2)
    assert.deepEqual(tracker.doneBeyond(), [])
  })

  it('knows nothing of offsets that are not there', () => {
    const tracker = new OffsetTracker(0)
    tracker.start(5)
    assert.equal(tracker.position, 5)
    tracker.start(9)
    tracker.finish(5)
    assert.equal(tracker.position, 9)
    tracker.finish(9)
    assert.equal(tracker.position, 10)
  })

  it('refuses what was taken already and what is not in flight', () => {
    const tracker = new OffsetTracker(3)
    assert.throws(() => tracker.start(2), /taken already/)
    tracker.start(3)
    tracker.finish(3)
    assert.throws(() => tracker.finish(3), /not in flight/)
  })

  it('passes what cannot be read, once nothing before it is in flight', () => {
    const tracker = new OffsetTracker(3)
    assert.equal(tracker.pass(3), false)
    assert.equal(tracker.pass(5), true)
    assert.equal(tracker.position, 5)
    tracker.start(6)
    assert.equal(tracker.pass(9), false)
    assert.equal(tracker.position, 6)
    assert.throws(() => tracker.start(8), /taken already/)
    tracker.finish(6)
    assert.equal(tracker.position, 9)
  })

  it('agrees with a plain account of any order of completions', () => {
    const gapsAndOrder = fc.record({
      gaps: fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 40 }),
      picks: fc.array(fc.nat({ max: 1_000 }), { maxLength: 60 }),
    })
    fc.assert(
      fc.property(gapsAndOrder, ({ gaps, picks }) => {
        const tracker = new OffsetTracker(0)
        const offsets: number[] = []
        for (const gap of gaps) offsets.push((offsets.at(-1) ?? -1) + 1 + gap)
        for (const offset of offsets) tracker.start(offset)
        const open = new Set(offsets)
        const check = (): void => {
          const position = Math.min(...open, offsets.at(-1)! + 1)
          assert.equal(tracker.position, position)
          const done = offsets.filter((each) => !open.has(each) && each > position)
          assert.deepEqual(tracker.doneBeyond(), done)
        }
        check()
        for (const pick of picks) {
          const offset = [...open][pick % open.size]
          if (offset === undefined) return
          tracker.finish(offset)
          open.delete(offset)
          check()
        }
      }),
    )
  })
})
