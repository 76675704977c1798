import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { withTransactions } from '../../../topology/testing/simulation/settings.ts'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'

/** `ARCHIVE_STREAMS_SEEDS=100000` for a long run, `ARCHIVE_STREAMS_SEEDS=1234-1234` for one seed. */
const seeds = process.env['ARCHIVE_STREAMS_SEEDS'] ?? '2000'
const range = /^(\d+)-(\d+)$/.exec(seeds)
const [first, last] = range ? [Number(range[1]), Number(range[2])] : [1, Number(seeds)]

const explain = ({ seed, violations, schedule }: SimulationReport): string =>
  [
    `seed ${seed}:`,
    ...violations.slice(0, 5).map(({ kind, detail }) => `  ${kind}: ${detail}`),
    ...schedule.map((line) => `  ${line}`),
  ].join('\n')

describe('The engine under simulation', () => {
  it(`keeps every invariant over the seeds ${first} to ${last}`, async () => {
    for (let seed = first; seed <= last; seed++) {
      const report = await simulate(seed)
      assert.equal(report.violations.length, 0, explain(report))
      assert.ok(report.commits > 0, `seed ${seed} committed nothing`)
    }
  }).timeout(1_000 * Math.max(60, last - first))

  const quarter = first + Math.ceil((last - first) / 4)
  it(`shows every effect exactly once through transactions over the seeds ${first} to ${quarter}`, async () => {
    for (let seed = first; seed <= quarter; seed++) {
      const report = await simulate(seed, { name: 'no bug', settings: withTransactions })
      assert.equal(report.violations.length, 0, explain(report))
    }
  }).timeout(1_000 * Math.max(60, last - first))

  it('gives the same run for the same seed', async () => {
    const [one, other] = [await simulate(4), await simulate(4)]
    assert.deepEqual(other, one)
  })
})
