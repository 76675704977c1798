import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { rateOf, reportIn } from '../../../bench/documents/document-report.ts'

const report = (warmSeconds: number, coldSeconds = 3) => ({
  units: 100,
  characters: 1,
  failed: 2,
  coldSeconds,
  warmSeconds,
})

describe('the rate of a stack of the documents bench', () => {
  it('is units per CPU second of the last pass: the best and the median of the rounds', () => {
    assert.deepEqual(rateOf([report(1), report(4), report(2)]), {
      units: 100,
      failed: 2,
      best: 100,
      median: 50,
      warmMs: 2000,
      coldMs: 3000,
    })
  })

  it('is not to be had without a report', () => {
    assert.throws(() => rateOf([]), /no report/)
  })

  it('is read from the last line, as libraries print above it', () => {
    assert.deepEqual(reportIn(`Warning: odd font\n${JSON.stringify(report(1))}\n`), report(1))
    assert.throws(() => reportIn('Killed\n'), /printed no report/)
  })
})
