import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { BatchRefused } from '../../../gpu-runners/batching/item.ts'
import type { ItemAnswer, ItemOutcome, PoolItem } from '../../../gpu-runners/batching/item.ts'
import { DEFAULT_POOL_OPTIONS } from '../../../gpu-runners/batching/options.ts'
import type { PoolOptions } from '../../../gpu-runners/batching/options.ts'
import { createInferencePool } from '../../../gpu-runners/batching/pool.ts'
import { usageOf } from '../../../gpu-runners/batching/usage.ts'
import { createSteppedClock, settled } from './stepped-clock.ts'

interface Item extends PoolItem {
  readonly id: number
}

const anItem = (id: number, rest: Partial<Item> = {}): Item => ({
  id,
  tokens: 10,
  bytes: 100,
  ...rest,
})

interface Request {
  readonly items: readonly Item[]
  readonly signal: AbortSignal
  readonly answer: () => void
  readonly fail: (error: unknown) => void
}

/** A pool whose requests wait until the test answers them. */
function aPool(options: Partial<PoolOptions> = {}) {
  const clock = createSteppedClock()
  const requests: Request[] = []
  const pool = createInferencePool<Item, number>({
    clock,
    options: { ...DEFAULT_POOL_OPTIONS, ...options },
    infer: (items, signal) =>
      new Promise<readonly ItemAnswer<number>[]>((resolve, reject) => {
        const answer = (): void => resolve(items.map(({ id }) => ({ kind: 'ok', result: id })))
        requests.push({ items, signal, answer, fail: reject })
      }),
  })
  const request = (index: number): Request => requests[index] as Request
  const sizes = (): number[] => requests.map(({ items }) => items.length)
  const submit = async (item: Item, signal?: AbortSignal): Promise<ItemOutcome<number>> =>
    (await pool.submitAll([item], signal))[0] as ItemOutcome<number>
  return { pool: { ...pool, submit }, clock, request, requests, sizes }
}

describe('the inference pool', () => {
  it('sends a lone item when it has lingered', async () => {
    const { pool, clock, request, sizes } = aPool({ lingerMs: 5 })
    const outcome = pool.submit(anItem(1))
    await clock.advance(4)
    assert.deepEqual(sizes(), [])
    await clock.advance(1)
    assert.deepEqual(sizes(), [1])
    request(0).answer()
    const usage = { requests: 1, tokens: 10, paddedTokens: 10, computeMs: 0 }
    assert.deepEqual(await outcome, { kind: 'ok', result: 1, usage })
  })

  it('sends a full batch at once', () => {
    const { pool, sizes } = aPool({ maxBatchItems: 4 })
    for (let id = 0; id < 4; id++) void pool.submit(anItem(id))
    assert.deepEqual(sizes(), [4])
  })

  it('keeps no more requests under way than it may, and refills as they end', async () => {
    const { pool, request, sizes } = aPool({ maxBatchItems: 2, maxInFlight: 2 })
    for (let id = 0; id < 10; id++) void pool.submit(anItem(id))
    assert.deepEqual(sizes(), [2, 2])
    request(1).answer()
    await settled()
    assert.deepEqual(sizes(), [2, 2, 2])
    assert.equal(pool.statistics().inFlight, 2)
  })

  it('puts items of like length together, with the oldest always in the next batch', async () => {
    const { pool, clock, request, requests } = aPool({ maxBatchTokens: 200, maxInFlight: 1 })
    void pool.submit(anItem(0, { tokens: 200 }))
    const lengths = [99, 20, 100, 21, 98, 22, 23]
    lengths.forEach((tokens, id) => void pool.submit(anItem(id + 1, { tokens })))
    for (let batch = 0; batch < 3; batch++) {
      request(batch).answer()
      await clock.advance(5)
    }
    const sent = requests.map(({ items }) => items.map(({ tokens }) => tokens))
    assert.deepEqual(sent, [[200], [99, 100], [20, 21, 22, 23], [98]])
  })

  it('lets a submitter wait while it is full, in order, and lets it give up', async () => {
    const { pool, request, sizes } = aPool({ maxItems: 2, maxBatchItems: 2, maxInFlight: 1 })
    const results: number[] = []
    const abort = new AbortController()
    const submit = (id: number, signal?: AbortSignal) =>
      pool.submit(anItem(id), signal).then((outcome) => {
        if (outcome.kind === 'ok') results.push(outcome.result)
      })
    void submit(0)
    void submit(1)
    const givenUp = submit(2, abort.signal)
    void submit(3)
    void submit(4)
    assert.deepEqual(sizes(), [2])
    abort.abort(new Error('enough'))
    await assert.rejects(givenUp, /enough/)
    request(0).answer()
    await settled()
    assert.deepEqual(
      request(1).items.map(({ id }) => id),
      [3, 4],
    )
    request(1).answer()
    await settled()
    assert.deepEqual(results, [0, 1, 3, 4])
  })

  it('counts bytes, and takes an item larger than the cap when it is empty', async () => {
    const { pool, clock, request, sizes } = aPool({ maxBytes: 1000, lingerMs: 1 })
    void pool.submit(anItem(0, { bytes: 5000 }))
    void pool.submit(anItem(1, { bytes: 1 }))
    await clock.advance(1)
    assert.deepEqual(sizes(), [1])
    request(0).answer()
    await clock.advance(1)
    assert.deepEqual(sizes(), [1, 1])
  })

  it('computes equal content once and tells everybody', async () => {
    const { pool, clock, request, sizes } = aPool()
    const first = pool.submit(anItem(1, { contentKey: 'a' }))
    const second = pool.submit(anItem(2, { contentKey: 'a' }))
    await clock.advance(5)
    const third = pool.submit(anItem(3, { contentKey: 'a' }))
    assert.deepEqual(sizes(), [1])
    request(0).answer()
    const [computed, ...shared] = await Promise.all([first, second, third])
    assert.deepEqual(shared, Array(2).fill({ kind: 'ok', result: 1 }))
    const usage = { requests: 1, tokens: 10, paddedTokens: 10, computeMs: 0 }
    assert.deepEqual(computed, { kind: 'ok', result: 1, usage })
    assert.equal(pool.statistics().shared, 2)
  })

  it('stops a batch when nobody waits for it, and only then', async () => {
    const { pool, clock, request } = aPool()
    const aborts = [new AbortController(), new AbortController()]
    const waits = aborts.map(({ signal }, id) => pool.submit(anItem(id), signal))
    await clock.advance(5)
    aborts[0]?.abort(new Error('gone'))
    await assert.rejects(waits[0] as Promise<unknown>, /gone/)
    assert.equal(request(0).signal.aborted, false)
    aborts[1]?.abort(new Error('gone'))
    await assert.rejects(waits[1] as Promise<unknown>, /gone/)
    assert.equal(request(0).signal.aborted, true)
    request(0).fail(new Error('aborted'))
    await settled()
    assert.deepEqual(pool.statistics().faults, 0)
    assert.deepEqual(pool.statistics().inFlight, 0)
  })

  it('does not send what was given up while it waited', async () => {
    const { pool, clock, sizes } = aPool()
    const abort = new AbortController()
    const wait = pool.submit(anItem(1), abort.signal)
    abort.abort(new Error('gone'))
    await assert.rejects(wait, /gone/)
    await clock.advance(100)
    assert.deepEqual(sizes(), [])
  })

  it('throws the fault of the server at everyone in the batch and goes on with the next', async () => {
    const { pool, clock, request, sizes } = aPool({ maxBatchItems: 2, maxInFlight: 1 })
    const waits = [0, 1, 2].map((id) => pool.submit(anItem(id)))
    const fault = new Error('server away')
    request(0).fail(fault)
    await assert.rejects(waits[0] as Promise<unknown>, fault)
    await assert.rejects(waits[1] as Promise<unknown>, fault)
    await clock.advance(5)
    assert.deepEqual(sizes(), [2, 1])
    request(1).answer()
    const last = await waits[2]
    assert.ok(last?.kind === 'ok' && last.result === 2)
  })

  it('answers the items of one call in order, whatever batches they went in', async () => {
    const { pool, clock, request } = aPool({ maxBatchItems: 2, maxInFlight: 3 })
    const answer = pool.submitAll([1, 2, 3, 4, 5].map((id) => anItem(id, { tokens: 60 - id * 10 })))
    await clock.advance(5)
    for (const batch of [2, 0, 1]) request(batch).answer()
    const ids = (await answer).map((outcome) => outcome.kind === 'ok' && outcome.result)
    assert.deepEqual(ids, [1, 2, 3, 4, 5])
    assert.deepEqual(await pool.submitAll([]), [])
  })

  it('gives the other items of a call up when one of them meets a fault', async () => {
    const { pool, clock, request, sizes } = aPool({ maxBatchItems: 2, maxInFlight: 2 })
    const answer = pool.submitAll([1, 2, 3, 4, 5, 6].map((id) => anItem(id)))
    assert.deepEqual(sizes(), [2, 2])
    request(0).fail(new Error('away'))
    await assert.rejects(answer, /away/)
    await clock.advance(100)
    assert.equal(request(1).signal.aborted, true)
    assert.deepEqual(sizes(), [2, 2])
    assert.equal(pool.statistics().waiting, 0)
  })

  it('finds exactly 100 poisons among 10,000 items and delivers all others', async () => {
    const poison = new Set(Array.from({ length: 100 }, (_, i) => (i * 7919) % 10_000))
    let most = 0
    let underway = 0
    const pool = createInferencePool<Item, number>({
      clock: createSteppedClock(),
      options: { ...DEFAULT_POOL_OPTIONS, lingerMs: 0 },
      probe: () => Promise.resolve(true),
      infer: async (items) => {
        most = Math.max(most, ++underway)
        await Promise.resolve()
        underway--
        if (items.some(({ id }) => poison.has(id))) throw new BatchRefused('failed', 'no')
        return items.map(({ id }) => ({ kind: 'ok', result: id }))
      },
    })
    const items = Array.from({ length: 10_000 }, (_, id) =>
      anItem(id, { tokens: 8 + ((id * 31) % 500) }),
    )
    const outcomes = await pool.submitAll(items)
    outcomes.forEach((outcome, id) => {
      if (poison.has(id)) assert.equal(outcome.kind, 'poison')
      else assert.ok(outcome.kind === 'ok' && outcome.result === id)
    })
    assert.equal(pool.statistics().poison, 100)
    assert.ok(most <= 2)
  })

  it('wastes at most 6 % of the tokens on padding when lengths are mixed and the pool is full', async () => {
    let state = 1
    const random = (): number => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
    // The sum of four is bell-shaped; its power is skewed as lengths are: mostly 60 to 250, up to 512.
    const bell = (): number => random() + random() + random() + random() - 2
    const items = Array.from({ length: 20_000 }, (_, id) =>
      anItem(id, { tokens: Math.min(512, Math.max(8, Math.round(120 * 3 ** (bell() * 1.6)))) }),
    )
    const pool = createInferencePool<Item, number>({
      clock: createSteppedClock(),
      options: { ...DEFAULT_POOL_OPTIONS, maxBatchItems: 512, lingerMs: 0 },
      infer: async (batch) => {
        await Promise.resolve()
        return batch.map(({ id }) => ({ kind: 'ok', result: id }))
      },
    })
    await pool.submitAll(items)
    const { tokens, paddedTokens, requests } = pool.statistics()
    assert.ok(tokens / paddedTokens >= 0.94, `${tokens} of ${paddedTokens}`)
    assert.ok(paddedTokens / requests > 0.9 * DEFAULT_POOL_OPTIONS.maxBatchTokens)
  })

  it('shares what a batch took among its items, and what was tried again counts again', async () => {
    const lengths = [3, 5, 8, 9, 10, 30]
    const ask = async (cost: PoolOptions['cost'], poison: number) => {
      const pool = createInferencePool<Item, number>({
        clock: createSteppedClock(),
        options: { ...DEFAULT_POOL_OPTIONS, cost, maxBatchItems: 3, lingerMs: 0, maxInFlight: 1 },
        probe: () => Promise.resolve(true),
        infer: async (batch) => {
          await Promise.resolve()
          if (batch.some(({ id }) => id === poison)) throw new BatchRefused('failed', 'boom')
          return batch.map(({ id }) => ({ kind: 'ok', result: id }))
        },
      })
      const items = lengths.map((tokens, id) => anItem(id, { tokens }))
      const outcomes = await pool.submitAll(items)
      const asked = outcomes.map((outcome, id) => ({ tokens: lengths[id]!, outcome }))
      return { usage: usageOf(asked), statistics: pool.statistics() }
    }
    const padded = await ask('padded', -1)
    assert.deepEqual(padded.usage, {
      requests: padded.statistics.requests,
      items: 6,
      tokens: 65,
      paddedTokens: padded.statistics.paddedTokens,
      cachedItems: 0,
      cachedTokens: 0,
      computeSeconds: 0,
      cost: 0,
    })
    assert.ok(padded.statistics.paddedTokens > 65)
    assert.equal((await ask('sum', -1)).usage.paddedTokens, 65)
    const { usage } = await ask('padded', 4)
    assert.equal(usage.items, 5)
    assert.ok(usage.tokens > 65 - 10)
  })

  it('decides every item exactly once, whatever the server does and whoever gives up', async () => {
    const plans = fc.record({
      items: fc.array(
        fc.record({
          tokens: fc.integer({ min: 1, max: 600 }),
          bytes: fc.integer({ min: 1, max: 500 }),
          key: fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined }),
          poison: fc.boolean(),
          givesUp: fc.boolean(),
        }),
        { minLength: 1, maxLength: 60 },
      ),
      faults: fc.array(fc.boolean(), { maxLength: 30 }),
      options: fc.record({
        maxBatchItems: fc.integer({ min: 1, max: 16 }),
        maxBatchTokens: fc.integer({ min: 1, max: 3000 }),
        maxInFlight: fc.integer({ min: 1, max: 3 }),
        maxItems: fc.integer({ min: 1, max: 20 }),
        maxBytes: fc.integer({ min: 1, max: 2000 }),
      }),
    })
    await fc.assert(
      fc.asyncProperty(plans, async ({ items, faults, options }) => {
        const clock = createSteppedClock()
        let turn = 0
        const pool = createInferencePool<Item & { poison: boolean }, number>({
          clock,
          options: { ...DEFAULT_POOL_OPTIONS, ...options },
          infer: async (batch) => {
            assert.ok(batch.length <= options.maxBatchItems)
            await settled()
            if (faults[turn++]) throw new Error('fault')
            if (batch.some(({ poison }) => poison)) throw new BatchRefused('failed', 'no')
            return batch.map(({ id }) => ({ kind: 'ok', result: id }))
          },
        })
        const waits = items.map(async ({ key, givesUp, ...item }, id) => {
          const abort = new AbortController()
          const contentKey = key === undefined ? {} : { contentKey: `${key}${String(item.poison)}` }
          const wait = pool.submitAll([{ id, ...item, ...contentKey }], abort.signal)
          if (givesUp) setImmediate(() => abort.abort(new Error('given up')))
          return wait.then(
            ([outcome]) => outcome?.kind,
            (error: unknown) => (error as Error).name,
          )
        })
        const all = Promise.all(waits)
        let ended = false
        void all.then(() => (ended = true))
        for (let step = 0; step < 2000 && !ended; step++) await clock.advance(5)
        assert.ok(ended, 'everybody got an answer')
        const statistics = pool.statistics()
        assert.equal(statistics.waiting, 0)
        ;(await all).forEach((kind, id) => {
          if (kind === 'ok') assert.equal(items[id]?.poison, false)
          if (kind === 'poison') assert.equal(items[id]?.poison, true)
        })
      }),
      { numRuns: 60 },
    )
  })
})
