import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createLastBefore } from '../../../processors/redact/last-before.ts'

describe('the last place at an offset or before it', () => {
  it('is the one that a look at all of them finds, whatever was asked before', () => {
    const places = fc
      .array(fc.nat(60), { maxLength: 12 })
      .map((each) => each.toSorted((a, b) => a - b))
    fc.assert(
      fc.property(places, fc.array(fc.integer({ min: -1, max: 70 })), (sorted, offsets) => {
        const lastBefore = createLastBefore(sorted)
        for (const offset of offsets)
          assert.equal(
            lastBefore(offset),
            sorted.findLastIndex((place) => place <= offset),
          )
      }),
    )
  })
})
