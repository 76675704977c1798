import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { batchReportIn, marginalCost } from '../../../bench/spark/batch-report.ts'

describe('the marginal cost of mails', () => {
  it('leaves out what a start costs', () => {
    const cost = marginalCost({ mails: 100, cpuSeconds: 13 }, { mails: 300, cpuSeconds: 15 })
    assert.deepEqual(cost, { mailsPerCpuSecond: 100, startSeconds: 12 })
  })

  it('is not to be had of two equal runs, nor of a larger one that took no longer', () => {
    const run = { mails: 100, cpuSeconds: 13 }
    assert.throws(() => marginalCost(run, run), /needs two runs/)
    assert.throws(() => marginalCost(run, { mails: 200, cpuSeconds: 12 }), /needs two runs/)
  })

  it('is taken from reports on the last line of what a stack printed', () => {
    const report = { mails: 1, cpuSeconds: 2 }
    assert.deepEqual(batchReportIn(`WARN of Java\n${JSON.stringify(report)}\n`), report)
    assert.throws(() => batchReportIn('out of memory'), /printed no report/)
  })
})
