import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createSharedResults } from '../../../gpu-runners/batching/shared-results.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import { createSteppedClock } from './stepped-clock.ts'

const value = Uint8Array.of(7)

/** A cache whose answers come when the test says so, the oldest first. */
const aSlowCache = () => {
  const waiting: ((values: readonly Uint8Array[]) => void)[] = []
  const clock = createSteppedClock()
  const cache = {
    getMany: () => new Promise<readonly Uint8Array[]>((resolve) => waiting.push(resolve)),
  } as unknown as Cache
  const shared = createSharedResults(cache, 1, clock)
  return { clock, shared, waiting, answer: () => waiting.shift()?.([value]) }
}

describe('results that are shared through the cache', () => {
  it('are waited for 50 ms, and then done without', async () => {
    const { clock, shared } = aSlowCache()
    const got = shared.get(['a'])
    await clock.advance(51)
    assert.deepEqual(await got, [])
  })

  it('are taken where their answer is there when the time is over, and was only not read', async () => {
    const { clock, shared, answer } = aSlowCache()
    const got = shared.get(['a'])
    await clock.advance(50)
    answer()
    assert.deepEqual(await got, [value])
  })

  it('are asked for again 50 ms after an answer that was late, and later each time in a row', async () => {
    const { clock, shared, waiting, answer } = aSlowCache()
    const asks = async (): Promise<boolean> => {
      const before = waiting.length
      const got = shared.get(['a'])
      const asked = waiting.length > before
      await clock.advance(asked ? 51 : 0)
      await got
      return asked
    }
    for (const restMs of [50, 100, 200, 400, 800, 1_000, 1_000]) {
      assert.ok(await asks())
      // Too late to count as one in time.
      answer()
      await clock.advance(restMs - 1)
      assert.ok(!(await asks()), `rests ${restMs} ms`)
      await clock.advance(1)
    }
    waiting.length = 0
    const got = shared.get(['a'])
    answer()
    assert.deepEqual(await got, [value])
    assert.ok(await asks(), 'asks at once after an answer in time')
    await clock.advance(50)
    assert.ok(await asks(), 'rests 50 ms again')
  })
})
