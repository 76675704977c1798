import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { BatchRefused } from '../../../gpu-runners/batching/item.ts'
import type { InferBatch, ItemOutcome } from '../../../gpu-runners/batching/item.ts'
import { resolveBatch, SuspectedOutage } from '../../../gpu-runners/batching/resolve-batch.ts'
import type { Probe } from '../../../gpu-runners/batching/resolve-batch.ts'

/** Refuses every batch that holds a poison; answers a number with its double. */
function aServer(poison: ReadonlySet<number>) {
  let requests = 0
  const infer: InferBatch<number, number> = (items) => {
    requests++
    if (items.some((item) => poison.has(item)))
      return Promise.reject(new BatchRefused('failed', 'no'))
    return Promise.resolve(items.map((item) => ({ kind: 'ok', result: item * 2 })))
  }
  return { infer, requests: () => requests }
}

async function resolve(size: number, infer: InferBatch<number, number>, probe?: Probe) {
  const outcomes = new Map<number, ItemOutcome<number>>()
  const items = Array.from({ length: size }, (_, i) => i)
  const deliver = (index: number, outcome: ItemOutcome<number>): void => {
    assert.ok(!outcomes.has(index), 'an item is decided once')
    outcomes.set(index, outcome)
  }
  const options = { outageShare: 0.25, ...(probe && { probe }) }
  let fault: unknown
  await resolveBatch(items, infer, deliver, options, new AbortController().signal).catch(
    (error: unknown) => (fault = error),
  )
  const poison = [...outcomes].filter(([, { kind }]) => kind === 'poison').map(([index]) => index)
  return { outcomes, poison: poison.toSorted((a, b) => a - b), fault }
}

describe('resolving a batch', () => {
  it('needs one request when nothing is wrong', async () => {
    const { infer, requests } = aServer(new Set())
    const { outcomes } = await resolve(64, infer)
    assert.equal(requests(), 1)
    assert.deepEqual(outcomes.get(63), { kind: 'ok', result: 126 })
  })

  it('finds one poison among 64 with at most 12 further requests, wherever it stands', async () => {
    for (let place = 0; place < 64; place++) {
      const { infer, requests } = aServer(new Set([place]))
      const { outcomes, poison } = await resolve(64, infer, () =>
        Promise.reject(new Error('asked')),
      )
      assert.deepEqual(poison, [place])
      assert.equal(outcomes.size, 64)
      assert.ok(requests() <= 13, `${requests()} requests`)
    }
  })

  it('finds exactly the poisons of any batch in which they are few', async () => {
    const batches = fc.integer({ min: 8, max: 128 }).chain((size) =>
      fc.record({
        size: fc.constant(size),
        poison: fc.uniqueArray(fc.nat(size - 1), { maxLength: Math.floor(size / 4) }),
      }),
    )
    await fc.assert(
      fc.asyncProperty(batches, async ({ size, poison }) => {
        const { infer } = aServer(new Set(poison))
        const found = await resolve(size, infer, () => Promise.resolve(true))
        assert.equal(found.fault, undefined)
        assert.deepEqual(
          found.poison,
          poison.toSorted((a, b) => a - b),
        )
        assert.equal(found.outcomes.size, size)
      }),
    )
  })

  it('holds the server to be at fault when more than a quarter is bad, and condemns nothing', async () => {
    const { infer } = aServer(new Set(Array.from({ length: 17 }, (_, i) => i * 3)))
    const { fault, poison } = await resolve(64, infer)
    assert.ok(fault instanceof SuspectedOutage)
    assert.deepEqual(poison, [])
  })

  it('condemns more than a quarter when a probe shows that the server works', async () => {
    const poison = Array.from({ length: 40 }, (_, i) => i)
    const { infer } = aServer(new Set(poison))
    const found = await resolve(64, infer, () => Promise.resolve(true))
    assert.equal(found.fault, undefined)
    assert.deepEqual(found.poison, poison)
    const spared = await resolve(64, infer, () => Promise.resolve(false))
    assert.ok(spared.fault instanceof SuspectedOutage)
    assert.deepEqual(spared.poison, [])
  })

  it('condemns nothing when a large batch is bad altogether, even if the probe succeeds', async () => {
    const { infer } = aServer(new Set(Array.from({ length: 64 }, (_, i) => i)))
    const { fault, outcomes } = await resolve(64, infer, () => Promise.resolve(true))
    assert.ok(fault instanceof SuspectedOutage)
    assert.equal(outcomes.size, 0)
  })

  it('asks the probe before it searches a batch of which nothing succeeds', async () => {
    const everything = new Set(Array.from({ length: 64 }, (_, i) => i))
    const { infer, requests } = aServer(everything)
    const { fault, outcomes } = await resolve(64, infer, () => Promise.resolve(false))
    assert.ok(fault instanceof SuspectedOutage)
    assert.equal(outcomes.size, 0)
    assert.equal(requests(), 3)
  })

  it('condemns a lone item only after a second try and a working probe', async () => {
    const { infer, requests } = aServer(new Set([0]))
    const condemned = await resolve(1, infer, () => Promise.resolve(true))
    assert.deepEqual(condemned.poison, [0])
    assert.equal(requests(), 2)
    const spared = await resolve(1, infer, () => Promise.resolve(false))
    assert.ok(spared.fault instanceof SuspectedOutage)
  })

  it('asks once more, alone, for an item whose result is unusable', async () => {
    const asked: number[][] = []
    const infer: InferBatch<number, number> = (items) => {
      asked.push([...items])
      const spoilt = (item: number): boolean => item === 5 || (item === 9 && items.length > 1)
      return Promise.resolve(
        items.map((item) =>
          spoilt(item) ? { kind: 'bad', message: 'not finite' } : { kind: 'ok', result: item },
        ),
      )
    }
    const { outcomes, poison } = await resolve(16, infer)
    assert.deepEqual(asked.slice(1), [[5], [9]])
    assert.deepEqual(poison, [5])
    assert.deepEqual(outcomes.get(5), {
      kind: 'poison',
      reason: 'bad-result',
      message: 'not finite',
    })
    assert.deepEqual(outcomes.get(9), { kind: 'ok', result: 9 })
  })

  it('takes a wrong number of answers for a refusal', async () => {
    const infer: InferBatch<number, number> = (items) =>
      Promise.resolve(items.slice(1).map((item) => ({ kind: 'ok', result: item })))
    const { fault } = await resolve(16, infer)
    assert.ok(fault instanceof SuspectedOutage)
  })

  it('passes the fault of the server on and keeps what was delivered', async () => {
    const down = new Error('down')
    const { infer } = aServer(new Set([63]))
    let left = 4
    const failing: InferBatch<number, number> = (items, signal) =>
      left-- > 0 ? infer(items, signal) : Promise.reject(down)
    const { fault, outcomes, poison } = await resolve(64, failing)
    assert.equal(fault, down)
    assert.deepEqual(poison, [])
    assert.ok(outcomes.size > 0)
  })
})
