import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

describe('The manual clock', () => {
  it('fires by time, and at one instant by registration, but never what was cancelled', () => {
    const timers = fc.array(fc.record({ ms: fc.nat({ max: 30 }), cancelled: fc.boolean() }), {
      maxLength: 60,
    })
    fc.assert(
      fc.property(timers, (all) => {
        const clock = new ManualClock(0)
        const fired: number[] = []
        const cancels = all.map(({ ms }, index) => clock.after(ms, () => fired.push(index)))
        all.forEach(({ cancelled }, index) => cancelled && cancels[index]?.())
        clock.moveTo(30)
        const expected = all
          .map((timer, index) => ({ ...timer, index }))
          .filter(({ cancelled }) => !cancelled)
          .toSorted((a, b) => a.ms - b.ms)
        assert.deepEqual(
          fired,
          expected.map(({ index }) => index),
        )
        assert.equal(clock.now(), 30)
        assert.equal(clock.next, undefined)
      }),
    )
  })

  it('forgets timers that are cancelled again and again', () => {
    const clock = new ManualClock(0)
    let fired = 0
    clock.after(5, () => fired++)
    for (let i = 0; i < 10_000; i++) clock.after(i % 10, () => fired++)()
    clock.after(7, () => fired++)
    clock.moveTo(10)
    assert.equal(fired, 2)
  })

  it('fires what a timer sets within the time it moves over', () => {
    const clock = new ManualClock(0)
    const fired: number[] = []
    clock.after(10, () => clock.after(5, () => fired.push(clock.now())))
    clock.moveTo(20)
    assert.deepEqual(fired, [15])
  })
})
