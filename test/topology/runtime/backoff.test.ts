import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { backoffMs } from '../../../topology/runtime/backoff.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'

const options = { ...defaultRuntimeOptions.retry, firstMs: 50, maxMs: 1_000 }

describe('Back-off', () => {
  it('doubles up to its limit', () => {
    const longest = [1, 2, 3, 5, 6, 1_000].map((attempt) => backoffMs(options, attempt, 0))
    assert.deepEqual(longest, [50, 100, 200, 800, 1_000, 1_000])
  })

  it('spreads over the whole interval, and never waits nothing', () => {
    assert.equal(backoffMs(options, 3, 0.5), 100)
    assert.equal(backoffMs(options, 1, 0.999999), 1)
  })
})
