import { createInlinePureRunner } from '../../../topology/runtime/inline-pure-runner.ts'
import { describePureRunner } from '../../contracts/pure-runner.contract.ts'
import { createFixtureTopology } from '../../drivers/workers/fixture-topology.ts'

describePureRunner('the inline runner', () =>
  createInlinePureRunner(createFixtureTopology({ add: 10 })),
)
