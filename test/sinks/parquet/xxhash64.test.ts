import assert from 'node:assert/strict'
import fc from 'fast-check'
import { xxhash64 as reference } from 'hyparquet/src/xxhash.js'
import { describe, it } from 'mocha'
import { xxhash64 } from '../../../sinks/parquet/xxhash64.ts'

describe('xxhash64', () => {
  it('gives what the library gives for bytes of any length, wherever they lie', () => {
    const bytes = fc.uint8Array({ maxLength: 200 })
    fc.assert(
      fc.property(bytes, fc.nat(9), (value, offset) => {
        const around = new Uint8Array(offset + value.length + 3).fill(0xff)
        around.set(value, offset)
        const view = new DataView(around.buffer)
        const { high, low } = xxhash64(view, offset, offset + value.length)
        assert.equal((BigInt(high) << 32n) | BigInt(low), reference(value))
      }),
      { numRuns: 2000 },
    )
  })
})
