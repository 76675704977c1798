import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { compareBatching, lengthsOf } from '../../../bench/batching/compare-batching.ts'

describe('the comparison of ways to make batches', () => {
  it('has lengths of 120 tokens at the median and 157 on average', () => {
    const lengths = lengthsOf(20_000).toSorted((a, b) => a - b)
    const mean = lengths.reduce((all, each) => all + each, 0) / lengths.length
    assert.ok(Math.abs(lengths[10_000]! - 120) < 3, String(lengths[10_000]))
    assert.ok(Math.abs(mean - 157) < 6, String(mean))
    assert.deepEqual([lengths[0], lengths.at(-1)], [8, 512])
  })

  it('shows the pool three times ahead of batches as they come, and near what no padding would give', async () => {
    const { naive, ours, ideal } = await compareBatching(lengthsOf(20_000))
    assert.ok(ours.itemsPerSecond >= 3 * naive.itemsPerSecond, JSON.stringify({ ours, naive }))
    assert.ok(ours.itemsPerSecond >= 0.95 * ideal.itemsPerSecond, JSON.stringify({ ours, ideal }))
    assert.ok(ours.itemsPerSecond < ideal.itemsPerSecond)
    assert.equal(ideal.efficiency, 1)
  })
})
