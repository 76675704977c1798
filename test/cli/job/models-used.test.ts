import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { modelsUsed, usageLines } from '../../../cli/job/models-used.ts'

const lineOf = (costNanos: number): string | undefined => {
  const counts = new Map(Object.entries({ modelItems: 1, costNanos }))
  return usageLines(modelsUsed([['embed', counts]]), 'EUR')[0]
}

describe('what models did, for people', () => {
  it('writes costs as amounts of money, and small ones so that they show', () => {
    const costs = [2_548e9, 1_234_567.891e9, 1e9, 0.5e9, 123_456]
    assert.deepEqual(
      costs.map((cost) => lineOf(cost)?.replace(/^.*server, /, '')),
      ['2,548.00 EUR', '1,234,567.89 EUR', '1.00 EUR', '0.5 EUR', '0.000123 EUR'],
    )
  })

  it('says nothing of what cost nothing', () => {
    assert.equal(lineOf(0), undefined)
  })
})
