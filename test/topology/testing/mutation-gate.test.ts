import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mutants } from '../../../topology/testing/simulation/mutants.ts'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'
import { engineMutants, withEngineMutant } from './engine-mutants.ts'

/** A planted bug must show within so many seeds; most show within ten. */
const seeds = 2_000

describe('The simulation', () => {
  for (const mutant of mutants) {
    it(`catches an engine that ${mutant.name}`, async () => {
      await assertCaught((seed) => simulate(seed, mutant))
    }).timeout(120_000)
  }

  for (const mutant of engineMutants) {
    it(`catches the engine when it ${mutant.name}`, () =>
      withEngineMutant(mutant, (run) =>
        assertCaught((seed) => run(seed, mutant.settings && { settings: mutant.settings })),
      )).timeout(120_000)
  }
})

const assertCaught = async (run: (seed: number) => Promise<SimulationReport>): Promise<void> => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await run(seed)
    if (violations.length > 0) return
  }
  assert.fail(`${seeds} seeds ran without a violation`)
}
