import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mutants } from '../../../topology/testing/simulation/mutants.ts'
import { readEvents, shrink, writeEvents } from '../../../topology/testing/simulation/shrink.ts'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'
import { explain } from '../../proof/simulator/explain.ts'

const reportOf = (events: readonly string[], kind: string | undefined): SimulationReport => ({
  seed: 1,
  violations: kind === undefined ? [] : [{ kind, detail: '' }],
  schedule: [],
  events,
  mishaps: [],
  commits: 1,
  virtualMs: 1,
})

const events = Array.from({ length: 40 }, (_, index) => `r${index}`)

/** Fails as `kind` says while these events are there. */
const failingWith = (needed: readonly string[], kind = 'LOSS') => {
  const run = async (without: ReadonlySet<string>): Promise<SimulationReport> =>
    reportOf(
      events.filter((each) => !without.has(each)),
      needed.some((each) => without.has(each)) ? undefined : kind,
    )
  return run
}

describe('shrinking a failing seed', () => {
  it('leaves exactly what it takes to fail', async () => {
    const needed = ['r3', 'r17', 'r39']
    const { report } = await shrink(reportOf(events, 'LOSS'), failingWith(needed))
    assert.deepEqual(report.events, needed)
  })

  it('keeps to the kind of violation that it began with', async () => {
    const run = async (without: ReadonlySet<string>): Promise<SimulationReport> =>
      without.has('r0') ? reportOf(['r1'], 'ORDER') : failingWith(['r5'])(without)
    const { report } = await shrink(reportOf(events, 'LOSS'), run)
    assert.deepEqual(report.events, ['r0', 'r5'])
  })

  it('ends after so many runs', async () => {
    const { runs } = await shrink(reportOf(events, 'LOSS'), failingWith(['r3', 'r17']), 5)
    assert.equal(runs, 5)
  })

  it('writes events as ranges and reads them again', () => {
    const all = ['m0', 'm1', 'm2', 'r5', 'r7', 'r8', 'gaps']
    assert.equal(writeEvents(all), 'm0-2,r5,r7-8,gaps')
    assert.deepEqual([...readEvents('m0-2,r5,r7-8,gaps')], all)
    assert.deepEqual([...readEvents('')], [])
  })

  it('explains a planted bug by a few events, and its command repeats the violation', async () => {
    const mutant = mutants.find(({ name }) => name === 'loses dead letters')
    const run = (seed: number, _: unknown, without?: ReadonlySet<string>) =>
      simulate(seed, mutant, without)
    let seed = 1
    while ((await run(seed, undefined)).violations.length === 0) seed++
    const failing = await run(seed, undefined)
    const text = await explain(failing, run)
    const [, without = ''] =
      /^again: npm run proof -- --seed \d+ --without (\S+)$/m.exec(text) ?? []
    const again = await run(seed, undefined, readEvents(without))
    assert.equal(again.violations[0]?.kind, failing.violations[0]?.kind)
    assert.equal(again.events.length, 1, text)
  })
})
