import type { PureResult } from '../ports/pure-runner.ts'
import type { Facts, Forward, Outcome } from './outcome.ts'
import type { PureContext, PureRun } from './stage.ts'
import type { StageNode, Topology } from './topology.ts'

/** One fused pure stage, made and ready. */
export interface ChainLink {
  readonly node: string
  readonly run: PureRun<unknown, unknown>
}

/** Finds the nodes of a sub-topology and makes their stages, each once. */
export type Chains = (
  subTopology: string,
  nodes: readonly string[],
) => Promise<readonly ChainLink[]>

const isPureNode = (node: { readonly kind: string }): node is StageNode => node.kind === 'stage'

const findStage = (topology: Topology, subTopology: string, name: string) => {
  const part = topology.subTopologies.find((each) => each.name === subTopology)
  const node = part?.nodes.filter(isPureNode).find((each) => each.name === name)
  if (node?.stage.kind !== 'pure')
    throw new Error(`sub-topology ${subTopology} has no pure stage ${name}`)
  return node.stage
}

/** The pure stages of one thread. A stage that cannot be made is tried again by the next call. */
export const createChains = (topology: Topology): Chains => {
  const made = new Map<string, Promise<ChainLink>>()
  const make = async (subTopology: string, node: string): Promise<ChainLink> => ({
    node,
    run: (await findStage(topology, subTopology, node).create()) as PureRun<unknown, unknown>,
  })
  const link = (subTopology: string, node: string): Promise<ChainLink> => {
    const key = JSON.stringify([subTopology, node])
    const known = made.get(key)
    if (known) return known
    const making = make(subTopology, node)
    made.set(key, making)
    making.catch(() => made.delete(key))
    return making
  }
  return (subTopology, nodes) => Promise.all(nodes.map((node) => link(subTopology, node)))
}

/**
 * Runs a value through fused stages: each but the last forwards one value or ends the chain with none, a drop or a dead
 * letter. What earlier stages reported besides their value (facts, state, failed parts) is part of the final outcome.
 * Throws what a stage throws, and when a stage in the middle forwards several values.
 */
export const runChain = async (
  links: readonly ChainLink[],
  value: unknown,
  context: PureContext,
  /** Milliseconds from any start, to measure with. */
  measure: () => number,
): Promise<PureResult> => {
  const cpuMs: Record<string, number> = {}
  let passed: Forward<unknown> = { kind: 'forward', values: [value] }
  for (const [index, { node, run }] of links.entries()) {
    const startedAt = measure()
    const returned = run(passed.values[0] as never, context)
    const outcome = returned instanceof Promise ? await returned : returned
    cpuMs[node] = measure() - startedAt
    const merged = mergeOutcomes(passed, outcome)
    const last = index === links.length - 1
    if (last || merged.kind !== 'forward' || merged.values.length === 0)
      return { node, outcome: merged, cpuMs }
    if (merged.values.length > 1)
      throw new Error(`stage ${node} forwards several values to the stage it is fused with`)
    passed = merged
  }
  throw new Error('a chain has at least one stage')
}

const mergeFacts = (before: Facts | undefined, after: Facts | undefined): Facts | undefined => {
  if (!before || !after) return before ?? after
  const counts: Record<string, number> = { ...before.counts }
  for (const [name, count] of Object.entries(after.counts ?? {}))
    counts[name] = (counts[name] ?? 0) + count
  return { outputs: [...(before.outputs ?? []), ...(after.outputs ?? [])], counts }
}

const mergeOutcomes = (before: Forward<unknown>, after: Outcome<unknown>): Outcome<unknown> => {
  if (after.kind === 'dead-letter' || after.kind === 'forward-stream') return after
  const facts = mergeFacts(before.facts, after.facts)
  if (after.kind === 'drop') return facts ? { ...after, facts } : after
  const state = [...(before.state ?? []), ...(after.state ?? [])]
  const failures = [...(before.failures ?? []), ...(after.failures ?? [])]
  return {
    kind: 'forward',
    values: after.values,
    ...(facts && { facts }),
    ...(state.length > 0 && { state }),
    ...(failures.length > 0 && { failures }),
  }
}
