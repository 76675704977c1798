import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { usageFigures } from '../../../gpu-runners/batching/usage.ts'
import type { ModelUsage } from '../../../schemas/generated/types.ts'

const nothing: ModelUsage = {
  requests: 1,
  items: 1,
  tokens: 3,
  paddedTokens: 1,
  cachedItems: 0,
  cachedTokens: 0,
  computeSeconds: 0,
  cost: 0,
} as ModelUsage

describe('what a model was used for, as figures of the ledger', () => {
  it('is in millionths of a second and billionths of the currency, where there is any', () => {
    const { computeMicros, costNanos } = usageFigures({
      ...nothing,
      computeSeconds: 0.25,
      cost: 1.5,
    })
    assert.deepEqual([computeMicros, costNanos], [250_000, 1_500_000_000])
    assert.deepEqual(Object.keys(usageFigures(nothing)).includes('costNanos'), false)
  })

  it('never is more than the ledger holds', () => {
    const { costNanos } = usageFigures({ ...nothing, cost: 1e12 })
    assert.equal(costNanos, Number.MAX_SAFE_INTEGER)
  })
})
