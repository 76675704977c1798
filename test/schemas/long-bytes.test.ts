import assert from 'node:assert/strict'
import avro from 'avsc'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { bytesOfLong, isLong, longOfBytes } from '../../schemas/long-bytes.ts'

const long = avro.Type.forSchema('long')
const longs = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.bigInt(-500n, 500n),
)

describe('bytes of a long', () => {
  it('are those that Avro says, for all that a double holds', () => {
    const doubles = fc.integer({ min: -(2 ** 52), max: 2 ** 52 })
    fc.assert(
      fc.property(doubles, (value) => {
        assert.deepEqual(Buffer.from(bytesOfLong(BigInt(value))), long.toBuffer(value))
      }),
    )
  })

  it('are read as what was written, whatever it is', () => {
    fc.assert(
      fc.property(longs, (value) => {
        assert.equal(longOfBytes(bytesOfLong(value)), value)
      }),
    )
  })

  it('are right where a bit more makes another byte or half', () => {
    for (let bit = 0n; bit < 63n; bit++)
      for (const value of [2n ** bit - 1n, 2n ** bit, -(2n ** bit), -(2n ** bit) - 1n]) {
        const zigzag = value < 0n ? -value * 2n - 1n : value * 2n
        const bits = zigzag.toString(2).length
        const bytes = bytesOfLong(value)
        assert.equal(bytes.length, Math.max(1, Math.ceil(bits / 7)))
        assert.equal(longOfBytes(bytes), value)
      }
    for (const value of [0n, 2n ** 63n - 1n, -(2n ** 63n)])
      assert.equal(longOfBytes(bytesOfLong(value)), value)
  })

  it('are only of bigints of 64 bits', () => {
    assert.deepEqual(
      [2n ** 63n - 1n, -(2n ** 63n), 2n ** 63n, -(2n ** 63n) - 1n, 1, '1', null].map(isLong),
      [true, true, false, false, false, false, false],
    )
  })
})
