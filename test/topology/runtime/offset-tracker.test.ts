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

  it('takes nothing for done because of offsets that had its room before', () => {
    const tracker = new OffsetTracker(0)
    for (let offset = 0; offset < 1_000; offset++) {
      tracker.start(offset)
      assert.deepEqual(tracker.doneBeyond(), [])
      if (offset >= 40) tracker.finish(offset - 40)
    }
  })

  it('agrees with a plain account, however offsets are taken and done in turn', () => {
    // Gaps of up to 200 make the window outgrow its room, thousands of offsets use that room again and again.
    const step = fc.oneof(
      fc.record({ gap: fc.oneof(fc.constant(0), fc.nat({ max: 200 })) }),
      fc.record({ pick: fc.nat({ max: 1_000 }) }),
      fc.record({ pick: fc.constant(0) }),
    )
    const from = fc.constantFrom(0, 31, 2 ** 31 - 20, 2 ** 32 - 20, 2 ** 40 + 5)
    fc.assert(
      fc.property(from, fc.array(step, { maxLength: 400, size: 'max' }), (start, steps) => {
        const tracker = new OffsetTracker(start)
        const open: number[] = []
        const done: number[] = []
        let next = start
        for (const step of steps) {
          if ('gap' in step) {
            next += step.gap
            tracker.start(next)
            open.push(next++)
          } else if (open.length > 0) {
            const [offset] = open.splice(step.pick % open.length, 1)
            tracker.finish(offset!)
            done.push(offset!)
          }
          const position = open[0] ?? next
          assert.equal(tracker.position, position)
          assert.equal(tracker.next, next)
          const beyond = done.filter((each) => each > position).toSorted((a, b) => a - b)
          assert.deepEqual(tracker.doneBeyond(), beyond)
        }
      }),
    )
  })
})
