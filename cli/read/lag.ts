import type { SubTopology, Topology } from '../../topology/model/topology.ts'
import type { Delivery } from '../../topology/ports/record-log.ts'
import { partitionLags } from '../../topology/runtime/lag.ts'
import { plansOf } from '../../topology/runtime/plan.ts'
import type { ReadableLog } from './read-topic.ts'

/** How far one sub-topology is with one of its topics, all partitions together. */
export interface Lag {
  readonly subTopology: string
  readonly topic: string
  /** Sum of the end offsets. */
  readonly end: number
  /** Sum of the committed positions. */
  readonly committed: number
  /** Records not yet finished. */
  readonly lag: number
  /** Seconds since the oldest of them came; null when there is none. */
  readonly lagSeconds: number | null
  /** Of those not finished, how many were begun: they stand before a finished one, or in a claimed range. */
  readonly inFlight: number
}

/** `now` in epoch milliseconds; `delivery` of the sub-topology. */
export const lagOf = async (
  log: ReadableLog,
  topology: Topology,
  part: SubTopology,
  {
    now = Date.now(),
    delivery,
  }: { readonly now?: number; readonly delivery?: Delivery | undefined } = {},
): Promise<readonly Lag[]> => {
  const all = await partitionLags(log, topology, part, { delivery })
  return plansOf(part).map(({ topic }) => {
    const sum = { subTopology: part.name, topic: topic.name as string }
    const lags = all.filter((each) => each.topic === topic.name)
    const total = (name: 'end' | 'position' | 'lag' | 'inFlight'): number =>
      lags.reduce((added, each) => added + each[name], 0)
    const times = lags.flatMap(({ oldestAt }) => (oldestAt === undefined ? [] : [oldestAt]))
    const oldest = times.length > 0 ? Math.min(...times) : undefined
    return {
      ...sum,
      end: total('end'),
      committed: total('position'),
      lag: total('lag'),
      lagSeconds: oldest === undefined ? null : Math.max(0, (now - oldest) / 1_000),
      inFlight: total('inFlight'),
    }
  })
}
