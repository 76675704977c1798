import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import type { ItemOutcome } from '../../../topology/model/stage.ts'
import { bisect, type BatchTried } from '../../../topology/runtime/bisect.ts'

const failure = { disposition: 'POISON', code: 'poison', message: '' } as const
const written: ItemOutcome = { kind: 'written' }

/** Writes batches without poison; counts how often it was asked. */
const aWriter = (poison: ReadonlySet<number>) => {
  const writes: (readonly number[])[] = []
  const write = async (items: readonly number[]): Promise<BatchTried> => {
    writes.push(items)
    return items.some((item) => poison.has(item))
      ? { kind: 'failed', failure }
      : { kind: 'ok', value: items.map(() => written) }
  }
  return { write, writes }
}

const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i)

describe('Bisection', () => {
  it('writes a good batch once', async () => {
    const { write, writes } = aWriter(new Set())
    assert.deepEqual(await bisect(numbers(64), write), Array<ItemOutcome>(64).fill(written))
    assert.equal(writes.length, 1)
  })

  it('finds one poison in 64 with 12 further writes', async () => {
    for (const culprit of [0, 17, 63]) {
      const { write, writes } = aWriter(new Set([culprit]))
      const outcomes = await bisect(numbers(64), write)
      assert.equal(writes.length, 1 + 12)
      assert.equal(outcomes[culprit]?.kind, 'dead-letter')
      assert.equal(outcomes.filter(({ kind }) => kind === 'written').length, 63)
    }
  })

  it('finds any set of poison, and writes everything else once and in order', async () => {
    const sets = fc.record({
      count: fc.integer({ min: 1, max: 40 }),
      poison: fc.uniqueArray(fc.nat({ max: 39 })),
    })
    await fc.assert(
      fc.asyncProperty(sets, async ({ count, poison }) => {
        const bad = new Set(poison)
        const { write, writes } = aWriter(bad)
        const outcomes = await bisect(numbers(count), write)
        assert.deepEqual(
          outcomes.map(({ kind }) => kind === 'dead-letter'),
          numbers(count).map((item) => bad.has(item)),
        )
        const good = writes.filter((items) => !items.some((item) => bad.has(item))).flat()
        assert.deepEqual(
          good,
          numbers(count).filter((item) => !bad.has(item)),
        )
      }),
    )
  })
})
