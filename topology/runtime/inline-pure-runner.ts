import { createChains, runChain } from '../model/run-chain.ts'
import type { Topology } from '../model/topology.ts'
import type { PureRunner } from '../ports/pure-runner.ts'

/** Runs pure stages in the calling thread, without deadline or limit: for tests and the simulator. */
export const createInlinePureRunner = (topology: Topology): PureRunner => {
  const chains = createChains(topology)
  return {
    prepare: () => undefined,
    run: async ({ subTopology, nodes, value, context }) =>
      runChain(await chains(subTopology, nodes), value, context, () => 0),
    close: async () => undefined,
  }
}
