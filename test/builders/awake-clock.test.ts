import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createAwakeClock } from './awake-clock.ts'

/** Nothing of this process runs meanwhile. */
const stop = (ms: number): void =>
  void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('the clock of a process that is awake', () => {
  it('counts a stop of the process as no time', async () => {
    const clock = createAwakeClock()
    const began = clock.now()
    let fired = false
    const cancel = clock.after(25, () => (fired = true))
    for (let stops = 0; stops < 3; stops++) {
      stop(30)
      for (let turns = 0; turns < 3; turns++) await nextTurn()
    }
    assert.equal(fired, false)
    assert.ok(clock.now() - began < 25)
    cancel()
  })

  it('fires in order, after their time', async () => {
    const clock = createAwakeClock()
    const began = clock.now()
    const fired: string[] = []
    const passed = (name: string, ms: number) =>
      new Promise<void>((resolve) => {
        clock.after(ms, () => {
          fired.push(name)
          assert.ok(clock.now() - began >= ms)
          resolve()
        })
      })
    const cancel = clock.after(5, () => fired.push('cancelled'))
    const all = Promise.all([passed('later', 12), passed('sooner', 3), passed('at once', 0)])
    cancel()
    await all
    assert.deepEqual(fired, ['at once', 'sooner', 'later'])
  })
})
