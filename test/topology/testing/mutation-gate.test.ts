import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { mutants } from '../../../topology/testing/simulation/mutants.ts'
import { simulate } from '../../../topology/testing/simulation/simulate.ts'

/** A planted bug must show within so many seeds; the test of the engine itself runs many times more. */
const seeds = 60

describe('The simulation', () => {
  for (const mutant of mutants) {
    it(`catches an engine that ${mutant.name}`, async () => {
      for (let seed = 1; seed <= seeds; seed++) {
        const { violations } = await simulate(seed, mutant)
        if (violations.length > 0) return
      }
      assert.fail(`${seeds} seeds ran without a violation`)
    })
  }
})
