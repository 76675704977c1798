import { isDeepStrictEqual } from 'node:util'
import type { Topic } from '../../model/topic.ts'
import type { Topology } from '../../model/topology.ts'
import type { Ports } from '../../ports/ports.ts'
import type { ProduceRecord } from '../../ports/record-log.ts'
import { runOnce } from './run-once.ts'
import { differenceOf } from './visible.ts'

/** What stages reach besides clock and randomness, which are the simulation's. */
export type OwnPorts = Partial<Omit<Ports, 'clock' | 'random'>>

export interface ProveOptions {
  /** What goes in, in this order; see {@link recordOf}. */
  readonly inputs: readonly ProduceRecord[]
  /** How many seeds: 100, when absent. */
  readonly seeds?: number
  /** 1, when absent. */
  readonly firstSeed?: number
  /** Makes what the stages reach, anew for every run. It must answer from memory. */
  readonly ports?: () => OwnPorts
  /** What is visible in the ports after a run, as plain data. */
  readonly outside?: (ports: OwnPorts) => unknown
}

/** A record for {@link prove}. */
export const recordOf = <V>(topic: Topic<V>, key: string, value: V): ProduceRecord => ({
  topic: topic.name,
  key: Buffer.from(key),
  value: topic.codec.encode(value),
  timestamp: 0,
  headers: {},
})

/**
 * Runs a topology once undisturbed, and then once per seed in three processes that crash, freeze, leave and join, on a log
 * that fails and goes away, with stages that are slow and fail. Every time the same must come out, nothing lost, nothing
 * doubled, in the order of its key, and everything must be committed in the end. Throws what differs and how to repeat it.
 */
export const prove = async (topology: Topology, options: ProveOptions): Promise<void> => {
  const { firstSeed = 1, seeds = 100 } = options
  const expected = await runOnce(topology, options, undefined)
  if (expected.problem !== undefined) throw new Error(`undisturbed: ${expected.problem}`)
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const { atomic, visible, outside, schedule, problem } = await runOnce(topology, options, seed)
    const what =
      problem ??
      differenceOf(expected.visible(atomic), visible(atomic)) ??
      (isDeepStrictEqual(outside, expected.outside) ? undefined : 'another state outside')
    if (what === undefined) continue
    const lines = schedule.map((mishap) => `  ${JSON.stringify(mishap)}`)
    const again = `again: prove(…, { …, firstSeed: ${seed}, seeds: 1 })`
    throw new Error([`seed ${seed}: ${what}`, ...lines, again].join('\n'))
  }
}
