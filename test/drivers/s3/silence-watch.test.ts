import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import { createSilenceWatch, type SilenceWatch } from '../../../drivers/s3/silence-watch.ts'
import { createManualClock, type ManualClock } from '../../contracts/manual-clock.ts'

describe('a watch over waits for pieces', () => {
  let clock: ManualClock
  let watch: SilenceWatch
  let timers: number
  let setBack: number
  let said: string[]
  beforeEach(() => {
    clock = createManualClock()
    timers = 0
    setBack = 0
    said = []
    const counting = {
      now: () => clock.now() - setBack,
      after: (ms: number, fire: () => void) => {
        timers += 1
        return clock.after(ms, fire)
      },
    }
    watch = createSilenceWatch(
      counting,
      () => 1_000,
      ({ message }) => void said.push(message),
    )
  })

  const wait = (ms: number): void => {
    watch.begin()
    clock.advance(ms)
    watch.end()
  }

  it('says when a wait has lasted too long, and not before', () => {
    watch.begin()
    clock.advance(999)
    assert.deepEqual(said, [])
    clock.advance(1)
    assert.deepEqual(said, ['nothing for 1000 ms'])
  })

  it('counts from the beginning of each wait', () => {
    wait(700)
    watch.begin()
    clock.advance(999)
    assert.deepEqual(said, [])
    clock.advance(1)
    assert.deepEqual(said, ['nothing for 1000 ms'])
  })

  it('says nothing between waits, however long, nor once it is closed', () => {
    wait(10)
    clock.advance(100_000)
    watch.begin()
    watch.close()
    clock.advance(100_000)
    assert.deepEqual(said, [])
  })

  it('sets no timer for each of many pieces', () => {
    for (let piece = 0; piece < 10_000; piece++) wait(1)
    assert.deepEqual(said, [])
    assert.ok(timers <= 12, `${timers} timers in 10 s`)
  })

  it('ends a wait when the clock is set back', () => {
    wait(500)
    setBack = 3_600_000
    watch.begin()
    clock.advance(2_000)
    assert.equal(said.length, 1)
  })
})
