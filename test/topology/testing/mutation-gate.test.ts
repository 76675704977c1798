import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mutants } from '../../../topology/testing/simulation/mutants.ts'
import { withTransactions } from '../../../topology/testing/simulation/settings.ts'
import { simulate, type SimulationReport } from '../../../topology/testing/simulation/simulate.ts'
import { engineMutants, withEngineMutant } from './engine-mutants.ts'

/** A planted bug must show within so many seeds; the test of the engine itself runs many times more. */
const seeds = 300

describe('The simulation', () => {
  for (const mutant of mutants) {
    it(`catches an engine that ${mutant.name}`, async () => {
      await assertCaught((seed) => simulate(seed, mutant))
    })
  }

  for (const mutant of engineMutants) {
    it(`catches the engine when it ${mutant.name}`, () =>
      withEngineMutant(mutant, (run) =>
        assertCaught((seed) =>
          run(seed, mutant.transactions ? { ...mutant, settings: withTransactions } : undefined),
        ),
      ))
  }
})

const assertCaught = async (run: (seed: number) => Promise<SimulationReport>): Promise<void> => {
  for (let seed = 1; seed <= seeds; seed++) {
    const { violations } = await run(seed)
    if (violations.length > 0) return
  }
  assert.fail(`${seeds} seeds ran without a violation`)
}
