import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createMissedSummaries } from '../../../sinks/summaries/missed-summaries.ts'
import { documentIdOf } from '../../builders/an-envelope.ts'
import { aSummary } from '../../builders/outputs.ts'

const of = (n: number, revision = 1n) => aSummary({ documentId: documentIdOf(n), revision })

describe('summaries that the cache missed', () => {
  it('are the newest of every document', () => {
    const missed = createMissedSummaries()
    for (const each of [of(1, 2n), of(2), of(1, 3n), of(1, 1n)]) missed.add(each)
    assert.deepEqual(
      missed.all().map(({ revision }) => revision),
      [1n, 3n],
    )
  })

  it('forget the oldest first when there are too many', () => {
    const missed = createMissedSummaries(2)
    for (const n of [1, 2, 3]) missed.add(of(n))
    assert.deepEqual(
      missed.all().map(({ documentId }) => documentId),
      [documentIdOf(2), documentIdOf(3)],
    )
  })

  it('stay missed when a newer one came while one was set', () => {
    const missed = createMissedSummaries()
    const [older, newer] = [of(1, 1n), of(1, 2n)]
    missed.add(older)
    missed.add(newer)
    missed.settle(older)
    assert.deepEqual(missed.all(), [newer])
    missed.settle(newer)
    assert.deepEqual(missed.all(), [])
  })
})
