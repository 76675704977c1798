import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { batchCost, selectBatch } from '../../../gpu-runners/batching/select-batch.ts'

const lengthsOf = (tokens: readonly number[]) => ({
  size: tokens.length,
  tokensAt: (index: number) => tokens[index] as number,
})

const cases = fc
  .record({
    tokens: fc.array(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 200 }),
    place: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
    cost: fc.constantFrom<'padded' | 'sum'>('padded', 'sum'),
    maxBatchTokens: fc.integer({ min: 1, max: 20_000 }),
    maxBatchItems: fc.integer({ min: 1, max: 64 }),
  })
  .map((options) => ({
    ...options,
    tokens: options.tokens.toSorted((a, b) => a - b),
    anchor: Math.floor(options.place * options.tokens.length),
  }))

describe('selecting a batch', () => {
  it('always holds the anchor and never costs more than the budget, unless the anchor alone does', () => {
    fc.assert(
      fc.property(cases, ({ tokens, anchor, ...options }) => {
        const { start, end } = selectBatch(lengthsOf(tokens), anchor, options)
        assert.ok(start <= anchor && anchor < end && end <= tokens.length)
        assert.ok(end - start <= options.maxBatchItems)
        const chosen = tokens.slice(start, end)
        const cost = batchCost(options.cost, {
          items: chosen.length,
          longest: Math.max(...chosen),
          sum: chosen.reduce((sum, next) => sum + next, 0),
        })
        assert.ok(cost <= options.maxBatchTokens || chosen.length === 1)
      }),
    )
  })

  it('is called full exactly when neither neighbour fits and no further item could', () => {
    fc.assert(
      fc.property(cases, ({ tokens, anchor, ...options }) => {
        const { start, end, full } = selectBatch(lengthsOf(tokens), anchor, options)
        if (start > 0 || end < tokens.length) assert.equal(full, true)
        if (full && start === 0 && end === tokens.length) {
          const longest = tokens.at(-1) as number
          const sum = tokens.reduce((all, next) => all + next, 1)
          const cost = batchCost(options.cost, { items: tokens.length + 1, longest, sum })
          assert.ok(tokens.length === options.maxBatchItems || cost > options.maxBatchTokens)
        }
      }),
    )
  })

  it('takes items of similar length before items that would be padded', () => {
    const options = { cost: 'padded', maxBatchTokens: 400, maxBatchItems: 4 } as const
    const lengths = lengthsOf([10, 11, 90, 95, 96, 100, 500])
    assert.deepEqual(selectBatch(lengths, 3, options), { start: 2, end: 6, full: true })
  })
})
