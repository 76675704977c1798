import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import {
  below,
  revisionIn,
  revisionParts,
  type Condition,
} from '../../../drivers/qdrant/filters.ts'

/** Compares as the server does: as 64-bit floats. */
const matches = (payload: Readonly<Record<string, number>>, condition: Condition): boolean => {
  if (Array.isArray(condition['should']))
    return condition['should'].some((each: Condition) => matches(payload, each))
  if (Array.isArray(condition['must']))
    return condition['must'].every((each: Condition) => matches(payload, each))
  const value = payload[condition['key'] as string]
  if (value === undefined) return false
  const range = condition['range'] as { readonly lt: number } | undefined
  return range ? value < range.lt : value === (condition['match'] as { value: number }).value
}

const stored = (revision: bigint): Record<string, number> => ({
  revision: Number(revision),
  ...revisionParts(revision),
})

const revisions = fc.oneof(
  fc.bigInt({ min: 0n, max: 100n }),
  fc.bigInt({ min: 2n ** 53n - 3n, max: 2n ** 53n + 3n }),
  fc.bigInt({ min: 2n ** 62n - 3n, max: 2n ** 62n + 3n }),
  fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
)

describe('guards by revision in Qdrant', () => {
  it('order all revisions, though the server compares floats', () => {
    fc.assert(
      fc.property(revisions, revisions, (a, b) => {
        assert.equal(matches(stored(a), below(b)), a < b)
      }),
      { numRuns: 2000 },
    )
  })

  it('give every revision back', () => {
    fc.assert(
      fc.property(revisions, (revision) => {
        assert.equal(revisionIn(stored(revision)), revision)
      }),
    )
  })
})
