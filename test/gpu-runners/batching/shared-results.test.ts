import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createSharedResults } from '../../../gpu-runners/batching/shared-results.ts'
import type { Cache } from '../../../topology/ports/cache.ts'
import type { Clock } from '../../../topology/ports/clock.ts'
import { createSteppedClock, settled } from './stepped-clock.ts'

const value = Uint8Array.of(7)
const WAIT_MS = 250

/** A cache whose answers come when the test says so, the oldest first. */
const onSlowCache = (clock: Clock) => {
  const waiting: ((values: readonly Uint8Array[]) => void)[] = []
  const stored: string[] = []
  const cache = {
    getMany: () => new Promise<readonly Uint8Array[]>((resolve) => waiting.push(resolve)),
    setMany: (entries: readonly { readonly key: string }[]) => {
      stored.push(...entries.map(({ key }) => key))
      return Promise.resolve()
    },
  } as unknown as Cache
  const shared = createSharedResults(cache, { ttlMs: 1, waitMs: WAIT_MS }, clock)
  return { shared, waiting, stored, answer: () => waiting.shift()?.([value]) }
}

const aSlowCache = () => {
  const clock = createSteppedClock()
  return { clock, ...onSlowCache(clock) }
}

/** The clock of a process that does nothing else for a while before each timer: it fires so much too late, one at a time. */
const aBusyClock = (busyMs: number) => {
  let now = 0
  const timers = new Set<() => void>()
  const clock: Clock = {
    now: () => now,
    after: (ms, fire) => {
      const timer = (): void => {
        now += ms + busyMs
        fire()
      }
      timers.add(timer)
      return () => void timers.delete(timer)
    },
  }
  const fireNext = async (): Promise<boolean> => {
    const [timer] = timers
    if (!timer) return false
    timers.delete(timer)
    timer()
    await settled()
    return true
  }
  return { clock, fireNext }
}

describe('results that are shared through the cache', () => {
  it('are waited for as long as is said, and then done without', async () => {
    const { clock, shared } = aSlowCache()
    const got = shared.get(['a'])
    let given = false
    void got.then(() => (given = true))
    await clock.advance(WAIT_MS)
    assert.ok(!given)
    await clock.advance(1)
    assert.deepEqual(await got, [])
  })

  it('are taken where their answer is there when the time is over, and was only not read', async () => {
    const { clock, shared, answer } = aSlowCache()
    const got = shared.get(['a'])
    await clock.advance(WAIT_MS)
    answer()
    assert.deepEqual(await got, [value])
  })

  it('are waited for beyond that while it is this process that is busy', async () => {
    const { clock, fireNext } = aBusyClock(400)
    const { shared, answer } = onSlowCache(clock)
    const got = shared.get(['a'])
    for (let parts = 0; parts < 9; parts++) assert.ok(await fireNext())
    assert.ok(clock.now() > 3_000)
    answer()
    assert.deepEqual(await got, [value])
    await settled()
    assert.ok(!(await fireNext()), 'no timer is left')
    void shared.get(['b'])
    assert.ok(await fireNext(), 'it is asked again at once')
  })

  it('are done without in the end, however busy this process is', async () => {
    const { clock, fireNext } = aBusyClock(400)
    const { shared } = onSlowCache(clock)
    const got = shared.get(['a'])
    let fired = 0
    while (await fireNext()) fired++
    assert.deepEqual(await got, [])
    assert.equal(fired, WAIT_MS / 25 + 1)
  })

  it('are asked for again 50 ms after an answer that was late, and later each time in a row', async () => {
    const { clock, shared, waiting, answer } = aSlowCache()
    const asks = async (): Promise<boolean> => {
      const before = waiting.length
      const got = shared.get(['a'])
      const asked = waiting.length > before
      await clock.advance(asked ? WAIT_MS + 1 : 0)
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

  it('are given to a cache that was late, so that they are not computed again', async () => {
    const { clock, shared, stored, waiting } = aSlowCache()
    const got = shared.get(['a'])
    await clock.advance(WAIT_MS + 1)
    await got
    void shared.get(['a'])
    assert.equal(waiting.length, 1, 'it rests')
    shared.set([{ key: 'a', value }])
    assert.deepEqual(stored, ['a'])
  })

  it('are neither asked for nor given for a second after it failed', async () => {
    const clock = createSteppedClock()
    let calls = 0
    const fail = (): Promise<never> => {
      calls++
      return Promise.reject(new Error('away'))
    }
    const cache = { getMany: fail, setMany: fail } as unknown as Cache
    const shared = createSharedResults(cache, { ttlMs: 1, waitMs: WAIT_MS }, clock)
    assert.deepEqual(await shared.get(['a']), [])
    await clock.advance(999)
    assert.deepEqual(await shared.get(['a']), [])
    shared.set([{ key: 'a', value }])
    assert.equal(calls, 1)
    await clock.advance(1)
    assert.deepEqual(await shared.get(['a']), [])
    assert.equal(calls, 2)
  })

  it('are nothing where nothing is to be kept', async () => {
    const cache = { getMany: () => assert.fail(), setMany: () => assert.fail() } as unknown as Cache
    const shared = createSharedResults(cache, { ttlMs: 0, waitMs: WAIT_MS }, createSteppedClock())
    assert.deepEqual(await shared.get(['a']), [])
    shared.set([{ key: 'a', value }])
  })
})
