import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mutants } from '../../../topology/testing/simulation/mutants.ts'
import { withCopies, withTransactions } from '../../../topology/testing/simulation/settings.ts'
import { simulate } from '../../../topology/testing/simulation/simulate.ts'
import { describeRun } from '../../proof/simulator/explain.ts'

/** Enough to notice what is broken at once; `npm run proof` runs many more. */
const last = 300

describe('The engine under simulation', () => {
  it(`keeps every invariant over the seeds 1 to ${last}`, async () => {
    for (let seed = 1; seed <= last; seed++) {
      const report = await simulate(seed)
      assert.equal(report.violations.length, 0, describeRun(report))
      assert.ok(report.commits > 0, `seed ${seed} committed nothing`)
    }
  }).timeout(60_000)

  it('shows every effect exactly once through transactions over the first 100 seeds', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const report = await simulate(seed, { settings: withTransactions })
      assert.equal(report.violations.length, 0, describeRun(report))
    }
  }).timeout(60_000)

  it('has rows once in files although records come twice, over the first 100 seeds', async () => {
    for (let seed = 1; seed <= 100; seed++) {
      const report = await simulate(seed, { settings: withCopies })
      assert.equal(report.violations.length, 0, describeRun(report))
    }
  }).timeout(60_000)

  it('gives the same run for the same seed', async () => {
    const [one, other] = [await simulate(4), await simulate(4)]
    assert.deepEqual(other, one)
  })

  it('leaves out the events that are named, and nothing else', async () => {
    const all = await simulate(4)
    const without = new Set(['r0', 'r3', 'gaps'])
    const { events, violations } = await simulate(4, undefined, without)
    assert.deepEqual(
      events,
      all.events.filter((name) => !without.has(name)),
    )
    assert.deepEqual(violations, [])
  })

  it('finds no violation when every event is left out', async () => {
    const { events } = await simulate(5)
    const empty = await simulate(5, undefined, new Set(events))
    assert.deepEqual([empty.violations, empty.events, empty.commits], [[], [], 0])
  })

  it('meets every kind of mishap within these seeds', async () => {
    const kinds = new Set<string>()
    for (let seed = 1; seed <= 30; seed++)
      for (const kind of (await simulate(seed, mutants[0])).mishaps) kinds.add(kind)
    assert.deepEqual([...kinds].toSorted(), [
      'broker-away',
      'crash',
      'freeze',
      'join',
      'leave',
      'outage',
    ])
  })
})
