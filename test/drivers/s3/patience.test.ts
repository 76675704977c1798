import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { S3Silence } from '../../../drivers/s3/answers.ts'
import { defaultS3Limits, slowestBytesPerSecond } from '../../../drivers/s3/options.ts'
import { createPatience, type Patience } from '../../../drivers/s3/patience.ts'
import { createManualClock, type ManualClock } from '../../contracts/manual-clock.ts'

const limits = { ...defaultS3Limits, idleMs: 1_000, deadlineMs: 10_000, attempts: 5 }

const withClock = (next: number, bytes = 0): { clock: ManualClock; patience: Patience } => {
  const clock = createManualClock()
  return { clock, patience: createPatience({ clock, random: { next: () => next }, limits }, bytes) }
}

const reset = (): Error => Object.assign(new Error('reset'), { code: 'ECONNRESET' })

/** Lets everything run that waits for nothing but other promises. */
const settle = () => new Promise((resolve) => setImmediate(resolve))

describe('patience with a store', () => {
  it('waits twice as long after every failure, with full jitter', async () => {
    for (const [jitter, waits] of [
      [0.999_999, [50, 100, 200, 400]],
      [0.5, [25, 50, 100, 200]],
    ] as const) {
      const { clock, patience } = withClock(jitter)
      let attempts = 0
      const ended = assert.rejects(
        patience.persist(() => {
          attempts += 1
          return Promise.reject(reset())
        }),
        /reset/,
      )
      for (const [n, wait] of waits.entries()) {
        await settle()
        assert.equal(attempts, n + 1)
        clock.advance(wait - 1)
        await settle()
        assert.equal(attempts, n + 1, 'not before its time')
        clock.advance(1)
      }
      await ended
      assert.equal(attempts, limits.attempts)
    }
  })

  it('does not try again what will not pass', async () => {
    const { patience } = withClock(0.5)
    let attempts = 0
    const broken = (): Promise<never> => {
      attempts += 1
      return Promise.reject(new RangeError('a bug'))
    }
    await assert.rejects(patience.persist(broken), RangeError)
    assert.equal(attempts, 1)
  })

  it('counts attempts anew after bytes that came', async () => {
    const { clock, patience } = withClock(0)
    let attempts = 0
    const ended = patience.persist(() => {
      attempts += 1
      if (attempts === 12) return Promise.resolve('done')
      if (attempts % 4 === 0) patience.progress(1)
      return Promise.reject(reset())
    })
    for (let n = 0; n < 12; n++) {
      await settle()
      clock.advance(0)
    }
    assert.equal(await ended, 'done')
  })

  it('gives up at the deadline, however often bytes came', () => {
    const { clock, patience } = withClock(0.5)
    assert.equal(patience.left(), limits.idleMs)
    clock.advance(limits.deadlineMs - 300)
    assert.equal(patience.left(), 300)
    patience.progress(1)
    clock.advance(300)
    assert.ok(patience.left() <= 1)
    clock.advance(1)
    assert.throws(() => patience.left(), S3Silence)
  })

  it('gives what is sent, and what comes, the time of the slowest transfer', () => {
    const { clock, patience } = withClock(0.5, slowestBytesPerSecond * 7)
    assert.equal(patience.left(slowestBytesPerSecond * 7), limits.idleMs + 7_000)
    clock.advance(limits.deadlineMs + 6_900)
    assert.equal(patience.left(), 100)
    patience.progress(slowestBytesPerSecond)
    assert.equal(patience.left(), limits.idleMs)
  })

  it('does not count the time that its caller takes', () => {
    const { clock, patience } = withClock(0.5)
    const go = patience.pause()
    clock.advance(limits.deadlineMs * 5)
    go()
    assert.equal(patience.left(), limits.idleMs)
  })
})
