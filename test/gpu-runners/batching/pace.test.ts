import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { DEFAULT_POOL_OPTIONS } from '../../../gpu-runners/batching/options.ts'
import { createPace } from '../../../gpu-runners/batching/pace.ts'
import { firstPace, nextPace } from '../../../gpu-runners/batching/pace-step.ts'
import type { PaceSample } from '../../../gpu-runners/batching/pace-step.ts'
import { createInferencePool } from '../../../gpu-runners/batching/pool.ts'
import { createMockModel } from './mock-model.ts'
import { createSteppedClock } from './stepped-clock.ts'

/** A pool that always has more to do, on a mock server. */
const driven = (
  server: { a: number; b: number; rttMs: number; queue?: number },
  told: 'statistics' | 'nothing',
) => {
  const clock = createSteppedClock()
  const mock = createMockModel(clock, server)
  const options = {
    ...DEFAULT_POOL_OPTIONS,
    cost: 'sum',
    maxBatchTokens: 640,
    lingerMs: 1,
  } as const
  const load = () => (told === 'statistics' ? mock.load() : Promise.resolve(undefined))
  const pace = createPace({ clock, options, load })
  const pool = createInferencePool({ clock, options, pace, infer: mock.infer })
  let delivered = 0
  let stopped = false
  const feed = async (): Promise<void> => {
    while (!stopped) {
      const items = Array.from({ length: 64 }, () => ({ tokens: 10, bytes: 10 }))
      const ended = await pool.submitAll(items).then(
        (outcomes) => outcomes.filter(({ kind }) => kind === 'ok').length,
        () => new Promise<number>((resolve) => clock.after(50, () => resolve(0))),
      )
      delivered += ended
    }
  }
  for (let i = 0; i < 24; i++) void feed()
  /** Milliseconds of computing per millisecond and instance. */
  const busyOver = async (ms: number): Promise<number> => {
    mock.takeBusyMs()
    await clock.advance(ms)
    return mock.takeBusyMs() / ms / mock.instances
  }
  return {
    clock,
    mock,
    pace,
    pool,
    busyOver,
    delivered: () => delivered,
    stop: () => (stopped = true),
  }
}

describe('the pace of a pool', () => {
  for (const told of ['statistics', 'nothing'] as const)
    for (const exec of [5, 20, 100])
      for (const rttMs of [1, 10])
        it(`keeps a server of ${exec} ms behind ${rttMs} ms busy within 10 s, told ${told}`, async () => {
          const { clock, busyOver, stop } = driven({ a: exec / 5, b: exec / 800, rttMs }, told)
          await clock.advance(10_000)
          const busy = await busyOver(5_000)
          stop()
          assert.ok(busy >= 0.97, `${(busy * 100).toFixed(1)} %`)
        })

  it('brings the share of waiting back to 55 % within 5 s of the server being halved, and keeps it busy', async () => {
    const { clock, mock, busyOver, stop } = driven({ a: 4, b: 0.025, rttMs: 1 }, 'statistics')
    mock.instances = 4
    await clock.advance(15_000)
    assert.ok((await busyOver(2_000)) > 0.95)
    mock.instances = 2
    await clock.advance(5_000)
    mock.takeQueueShare()
    const busy = await busyOver(2_000)
    const share = mock.takeQueueShare()
    stop()
    assert.ok(busy > 0.95, `${busy}`)
    assert.ok(share < 0.56, `${share}`)
  })

  it('goes up again when the server is doubled', async () => {
    const { clock, mock, busyOver, stop } = driven({ a: 4, b: 0.025, rttMs: 1 }, 'statistics')
    await clock.advance(5_000)
    mock.instances = 2
    await clock.advance(5_000)
    assert.ok((await busyOver(2_000)) > 0.95)
    stop()
  })

  it('makes no storm of a queue that is full', async () => {
    const { clock, mock, delivered, stop } = driven(
      { a: 20, b: 0, rttMs: 1, queue: 1 },
      'statistics',
    )
    await clock.advance(30_000)
    stop()
    assert.ok(mock.failures() <= mock.requests() * 0.1, `${mock.failures()} of ${mock.requests()}`)
    assert.ok(delivered() > ((64 * 30_000) / 20) * 0.9, `${delivered()}`)
  })

  it('remembers what was too large for the memory of the server', async () => {
    const { clock, mock, pool, stop } = driven({ a: 5, b: 0.01, rttMs: 1 }, 'statistics')
    mock.memoryTokens = 200
    await clock.advance(10_000)
    const [requests, failures] = [mock.requests(), mock.failures()]
    await clock.advance(20_000)
    stop()
    assert.equal(mock.failures() - failures, 0)
    assert.ok(mock.requests() - requests > 1_000)
    assert.equal(pool.statistics().poison, 0)
  })

  it('stays within its bounds whatever is seen, and falls after every overload', () => {
    const bounds = { minInFlight: 1, maxInFlight: 16, minBatchTokens: 1, maxBatchTokens: 1_000 }
    const sample: fc.Arbitrary<PaceSample> = fc.record({
      queueShare: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
      overloads: fc.nat(3),
      oversized: fc.option(fc.integer({ min: 1, max: 2_000 }), { nil: undefined }),
      backlog: fc.boolean(),
    })
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 100 }), (samples) => {
        let state = firstPace({ maxInFlight: 2, maxBatchTokens: 1_000 })
        samples.forEach((each, i) => {
          const before = state
          state = nextPace(before, each, bounds, i * 1_000)
          assert.ok(state.inFlight >= 1 && state.inFlight <= 16)
          assert.ok(state.batchTokens >= 1 && state.batchTokens <= 1_000)
          assert.ok(state.inFlight - before.inFlight <= 1)
          if (each.overloads > 0)
            assert.ok(state.inFlight < before.inFlight || state.inFlight === 1)
          if (each.oversized !== undefined)
            assert.ok(state.batchTokens < before.batchTokens || state.batchTokens === 1)
        })
      }),
    )
  })
})
