import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createComputeMeter } from '../../../gpu-runners/batching/compute-meter.ts'
import type { ModelLoad } from '../../../topology/ports/model-server.ts'
import { createSteppedClock } from './stepped-clock.ts'

const loadOf = (items: number, busyMs: number): ModelLoad => ({
  requests: 0,
  executions: 0,
  items,
  queueMs: 0,
  computeMs: busyMs,
  busyMs,
})

/** A server that others may use, too, and that counts. */
const aServer = (items = 0, busyMs = 0) => {
  const done = { items, busyMs }
  const clock = createSteppedClock()
  let looks = 0
  const load = (): Promise<ModelLoad | undefined> => {
    looks++
    return Promise.resolve(loadOf(done.items, done.busyMs))
  }
  const meter = createComputeMeter({ clock, load })
  const compute = (count: number, ms: number): void => {
    done.items += count
    done.busyMs += ms
  }
  return { done, clock, meter, compute, looks: () => looks }
}

describe('the compute meter', () => {
  it('gives each batch what the server computed since the last, when nothing else waits', async () => {
    const { meter, compute } = aServer(1_000, 5_000)
    await meter.begin()
    for (const ms of [3, 50, 0.25]) {
      compute(8, ms)
      const share = await meter.share({ items: 8, cost: 100 }, true)
      assert.ok(Math.abs(share - ms) < 1e-9, `${share} of ${ms}`)
    }
  })

  it('comes to the same sum while there is more to do', async () => {
    const times = fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 2, maxLength: 200 })
    await fc.assert(
      fc.asyncProperty(times, async (batches) => {
        const { meter, compute, clock } = aServer()
        await meter.begin()
        let sum = 0
        for (const [place, ms] of batches.entries()) {
          compute(4, ms / 10)
          await clock.advance(1)
          sum += await meter.share({ items: 4, cost: ms }, place === batches.length - 1)
        }
        const all = batches.reduce((total, ms) => total + ms / 10, 0)
        assert.ok(Math.abs(sum - all) < all / 100, `${sum} of ${all}`)
      }),
      { numRuns: 50 },
    )
  })

  it('asks ever more rarely while there is more to do', async () => {
    const { meter, compute, clock, looks } = aServer()
    await meter.begin()
    for (let batch = 0; batch < 2_000; batch++) {
      compute(4, 0.1)
      await clock.advance(0.1)
      await meter.share({ items: 4, cost: 100 }, false)
    }
    assert.ok(looks() < 300, String(looks()))
  })

  it('does not take a first slow and small batch for a measure of others', async () => {
    const { meter, compute } = aServer()
    await meter.begin()
    compute(1, 300)
    assert.equal(await meter.share({ items: 1, cost: 5 }, false), 300)
    compute(64, 10)
    const share = await meter.share({ items: 64, cost: 16_384 }, false)
    assert.ok(Math.abs(share - 10) < 1e-9, String(share))
  })

  it('takes of a server that works for others, too, its part by items', async () => {
    const { meter, compute } = aServer()
    await meter.begin()
    compute(30, 90)
    assert.equal(await meter.share({ items: 10, cost: 10 }, true), 30)
  })

  it('waits a moment for a server that counts after it answered', async () => {
    const { meter, compute, clock } = aServer()
    await meter.begin()
    const share = meter.share({ items: 5, cost: 5 }, true)
    await new Promise((resolve) => setImmediate(resolve))
    compute(5, 20)
    await clock.advance(2)
    assert.equal(await share, 20)
  })

  it('begins anew with a server that did', async () => {
    const { meter, compute, done } = aServer(100, 1_000)
    await meter.begin()
    compute(10, 10)
    await meter.share({ items: 10, cost: 10 }, true)
    done.items = 0
    done.busyMs = 0
    compute(10, 10)
    await meter.share({ items: 10, cost: 10 }, true)
    compute(10, 7)
    assert.equal(await meter.share({ items: 10, cost: 10 }, true), 7)
  })

  it('gives nothing where the server does not tell, or not in time, and leaves it alone for a while', async () => {
    for (const silent of [() => Promise.resolve(undefined), () => new Promise<never>(() => {})]) {
      const clock = createSteppedClock()
      let looks = 0
      const load = (): Promise<undefined> => {
        looks++
        return silent()
      }
      const meter = createComputeMeter({ clock, load })
      const begun = meter.begin()
      await clock.advance(250)
      await begun
      assert.equal(await meter.share({ items: 1, cost: 1 }, true), 0)
      assert.equal(looks, 1)
    }
  })
})
