import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createInferencePool } from '../../../gpu-runners/batching/pool.ts'
import { DEFAULT_POOL_OPTIONS } from '../../../gpu-runners/batching/options.ts'
import type { PoolItem } from '../../../gpu-runners/batching/item.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { forward } from '../../../topology/model/outcome.ts'
import type { InferencePool } from '../../../gpu-runners/batching/pool.ts'
import { advance } from '../../../topology/testing/settle.ts'
import { anEngine, asking, output } from '../../topology/runtime/an-engine.ts'
import { createMockModel } from './mock-model.ts'
import type { MockModel } from './mock-model.ts'

const SECOND = 1_000

describe('a stage that asks a pool, in the engine', () => {
  // The engine of the tests draws what makes each back-off longest.
  for (const minutes of [1, 10])
    it(`condemns nothing while its server is away for ${minutes} min, and has 95 % of its rate 15 s later`, async () => {
      let away = false
      let asked = 0
      let mock: MockModel | undefined
      let pool: InferencePool<PoolItem, number> | undefined
      const engine = await anEngine((source) =>
        source
          .via(
            asking(
              async (value, { signal, ports: { clock } }) => {
                mock ??= createMockModel(clock, { a: 200, b: 0, rttMs: 1 })
                pool ??= createInferencePool({
                  clock,
                  options: DEFAULT_POOL_OPTIONS,
                  infer: async (items) => {
                    asked++
                    if (away) throw new Fault('dependency-down', 'model-server', 'away')
                    return mock!.infer(items)
                  },
                })
                await pool.submitAll([{ tokens: 1, bytes: 1 }], signal)
                return forward(value)
              },
              { concurrency: 256 },
            ),
          )
          .to(output),
      )
      const rate = async (seconds: number): Promise<number> => {
        const before = engine.outputs().length
        await advance(engine.clock, seconds * SECOND)
        return (engine.outputs().length - before) / seconds
      }
      const count = 10_000
      for (let number = 0; number < count; number++) engine.put(`${number}`, `${number}`)
      await rate(2)
      const usual = await rate(5)
      assert.ok(usual > 300, `${usual} records/s`)
      away = true
      await advance(engine.clock, SECOND)
      asked = 0
      await advance(engine.clock, minutes * 60 * SECOND)
      assert.ok(asked <= 10 + minutes * 7, `${asked} requests while it was away`)
      away = false
      await advance(engine.clock, 15 * SECOND)
      const since = await rate(5)
      assert.ok(since >= 0.95 * usual, `${since} of ${usual} records/s`)
      await engine.wait(engine.running.drained())
      assert.equal(new Set(engine.outputs()).size, count)
      assert.equal(engine.outputs().length, count)
      assert.deepEqual(engine.deadLetters(), [])
    })
})
