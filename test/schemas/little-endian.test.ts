import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { floatsOf, intsOf, littleEndian } from '../../schemas/little-endian.ts'

describe('numbers as little-endian bytes', () => {
  it('stand as a view of the data reads them, and come back', () => {
    fc.assert(
      fc.property(fc.float32Array(), fc.int32Array(), (floats, ints) => {
        const bytes = littleEndian(floats)
        const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        assert.deepEqual(
          Array.from(floats.keys(), (at) => view.getFloat32(at * 4, true)),
          [...floats],
        )
        assert.deepEqual(floatsOf(bytes), floats)
        assert.deepEqual(intsOf(littleEndian(ints)), ints)
      }),
    )
  })

  it('come from any offset, in memory of their own', () => {
    const bytes = Buffer.from([9, 1, 0, 0, 0, 255, 255, 255, 255, 7])
    const ints = intsOf(bytes.subarray(1))
    bytes.fill(0)
    assert.deepEqual([...ints], [1, -1])
    const part = littleEndian(Int32Array.of(5, 6, 7).subarray(1))
    assert.deepEqual([...part], [6, 0, 0, 0, 7, 0, 0, 0])
    assert.equal(part.buffer.byteLength, 8)
  })
})
