import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { log2Between } from '../../../../drivers/embedded/models/log2-between.ts'

describe('the logarithm by straight lines', () => {
  it('is exact for powers of two', () => {
    for (let power = 0; power < 31; power++) assert.equal(log2Between(2 ** power), power)
  })

  it('rises, and is less than a tenth below the logarithm', () => {
    for (let n = 2; n < 5_000; n++) {
      assert.ok(log2Between(n) > log2Between(n - 1))
      const below = Math.log2(n) - log2Between(n)
      assert.ok(below > -1e-12 && below < 0.1, `${n}: ${below}`)
    }
  })
})
