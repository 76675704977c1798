import assert from 'node:assert/strict'
import fc from 'fast-check'
import { readRleBitPackedHybrid } from 'hyparquet/src/encoding.js'
import { describe, it } from 'mocha'
import { appendHybrid } from '../../../sinks/parquet/hybrid-runs.ts'
import { PageBuffer } from '../../../sinks/parquet/page-buffer.ts'

const roundTrip = (values: Uint32Array, from: number, bits: number): readonly number[] => {
  const buffer = new PageBuffer(8)
  appendHybrid(buffer, values, from, values.length, bits)
  const bytes = buffer.contents().slice()
  const output = Array.from({ length: values.length - from }, () => -1)
  const reader = { view: new DataView(bytes.buffer), offset: 0 }
  readRleBitPackedHybrid(reader, bits, output, bytes.length)
  return output
}

/** Runs of any length, beside values that hardly repeat. */
const values = (bits: number): fc.Arbitrary<Uint32Array> =>
  fc
    .array(
      fc.tuple(fc.nat(2 ** bits - 1), fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 40 }))),
    )
    .map((runs) => Uint32Array.from(runs.flatMap(([value, count]) => Array(count).fill(value))))

describe('the hybrid of runs and groups', () => {
  it('is read by the library as the values that were appended', () => {
    const cases = fc
      .integer({ min: 1, max: 20 })
      .chain((bits) => fc.tuple(fc.constant(bits), values(bits), fc.nat(9)))
    fc.assert(
      fc.property(cases, ([bits, all, skipped]) => {
        const from = Math.min(skipped, all.length)
        assert.deepEqual(roundTrip(all, from, bits), [...all.subarray(from)])
      }),
      { numRuns: 500 },
    )
  })

  it('takes a few bytes for a million equal values', () => {
    const buffer = new PageBuffer(8)
    appendHybrid(buffer, new Uint8Array(1_000_000).fill(1), 0, 1_000_000, 1)
    assert.ok(buffer.length <= 5, String(buffer.length))
  })
})
