import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { backlogOf } from '../../../gpu-runners/batching/backlog.ts'
import type { ItemAnswer, PoolItem } from '../../../gpu-runners/batching/item.ts'
import { createModelPools } from '../../../gpu-runners/batching/model-pool.ts'
import { DEFAULT_POOL_OPTIONS } from '../../../gpu-runners/batching/options.ts'
import { createInferencePool } from '../../../gpu-runners/batching/pool.ts'
import { readVectors } from '../../../gpu-runners/embed/read-vectors.ts'
import { readModelCard } from '../../../gpu-runners/models/read-model-card.ts'
import type { DeadlineClass } from '../../../topology/model/deadline-class.ts'
import type { ModelServer } from '../../../topology/ports/model-server.ts'
import { createSteppedClock, settled } from './stepped-clock.ts'

/** One request of two items at a time, which is answered when the test says so, and room for four items of the bulk. */
const aPool = () => {
  const clock = createSteppedClock()
  const answers: (() => void)[] = []
  const pool = createInferencePool<PoolItem, number>({
    clock,
    options: { ...DEFAULT_POOL_OPTIONS, maxInFlight: 1, maxBatchItems: 2, maxItems: 4 },
    infer: (items) =>
      new Promise<readonly ItemAnswer<number>[]>((resolve) => {
        answers.push(() => resolve(items.map(() => ({ kind: 'ok', result: 0 }))))
      }),
  })
  const submit = (
    count: number,
    { deadline = 'bulk', signal }: { deadline?: DeadlineClass; signal?: AbortSignal } = {},
  ): void =>
    void pool
      .submitAll(
        Array.from({ length: count }, () => ({ tokens: 10, bytes: 100, deadline })),
        signal,
      )
      .catch(() => undefined)
  const answer = async (): Promise<void> => {
    answers.shift()?.()
    await settled()
  }
  const of = (deadline: DeadlineClass) => pool.backlog().find((each) => each.deadline === deadline)
  return { clock, submit, answer, of }
}

const nothing = { items: 0, tokens: 0, bytes: 0, oldestMs: undefined }

describe('what waits in a pool', () => {
  it('is counted by class, without what has left, and with what waits for room', async () => {
    const { clock, submit, of } = aPool()
    submit(7)
    await clock.advance(30)
    submit(1, { deadline: 'interactive' })
    await clock.advance(10)
    const bulk = { deadline: 'bulk', items: 5, tokens: 50, bytes: 500, oldestMs: 40 }
    assert.deepEqual(of('bulk'), bulk)
    const interactive = { deadline: 'interactive', items: 1, tokens: 10, bytes: 100, oldestMs: 10 }
    assert.deepEqual(of('interactive'), interactive)
  })

  it('is as old as what was asked, also where that had to wait for room first', async () => {
    const { clock, submit, answer, of } = aPool()
    submit(6)
    await clock.advance(100)
    await answer()
    await answer()
    assert.deepEqual(of('bulk'), { ...nothing, deadline: 'bulk' })
    submit(7)
    await clock.advance(100)
    await answer()
    await answer()
    assert.equal(of('bulk')?.items, 3)
    assert.equal(of('bulk')?.oldestMs, 100)
  })

  it('is no longer what nobody waits for any more, wherever it stood', async () => {
    const { submit, of } = aPool()
    submit(2)
    const gone = new AbortController()
    submit(6, { signal: gone.signal })
    assert.equal(of('bulk')?.items, 6)
    gone.abort(new Error('gone'))
    await settled()
    assert.deepEqual(of('bulk'), { ...nothing, deadline: 'bulk' })
  })

  it('is found by the model server: of every model that was asked, both classes, and those of two stages together', async () => {
    const card = readModelCard('embed-hash', 'embed')
    const models: ModelServer = {
      models: () => Promise.resolve([]),
      infer: () => new Promise(() => undefined),
      close: () => Promise.resolve(),
    }
    const clock = createSteppedClock()
    assert.deepEqual(backlogOf(models), [])
    const pool = { maxInFlight: 1, maxBatchItems: 1 }
    const item = { tokens: 5, bytes: 20, input: { text: 'a' } }
    const { signal } = new AbortController()
    for (let stage = 0; stage < 2; stage++) {
      const ask = createModelPools({ card, read: readVectors(card), pool })({ models, clock })
      void ask([item, item, item], signal)
      await clock.advance(50)
    }
    assert.deepEqual(backlogOf(models), [
      { model: 'embed-hash', deadline: 'interactive', ...nothing },
      { model: 'embed-hash', deadline: 'bulk', items: 4, tokens: 20, bytes: 80, oldestMs: 100 },
    ])
  })
})
