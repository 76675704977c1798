import type { PartitionLag } from '../../topology/ports/telemetry.ts'
import type { RuntimeEnvironment } from '../../topology/runtime/environment.ts'
import { partitionLags } from '../../topology/runtime/lag.ts'
import type { RunningTopology } from '../../topology/runtime/run-topology.ts'

/** Milliseconds that a scrape waits for the log. */
const patienceMs = 3_000

export interface LagReader {
  /** Lag of the partitions that this process works on; empty when the log does not answer in time. */
  readonly read: () => Promise<readonly PartitionLag[]>
  /** How often it did not. */
  readonly failures: () => number
}

/** Asks once at a time: while the log is away, scrapes do not pile questions up. */
export const createLagReader = (
  env: Pick<RuntimeEnvironment, 'log' | 'topology' | 'ports' | 'options'>,
  running: Pick<RunningTopology, 'parts'>,
): LagReader => {
  let failures = 0
  let underWay: Promise<readonly PartitionLag[]> | undefined

  const ask = async (): Promise<readonly PartitionLag[]> => {
    const lags = await Promise.all(
      running.parts.map(async (each) => {
        const part = env.topology.subTopologies.find(({ name }) => name === each.name)
        const owned = new Set(each.state().partitions.map(placeOf))
        if (!part || owned.size === 0) return []
        return partitionLags(env.log, env.topology, part, {
          wanted: (place) => owned.has(placeOf(place)),
          delivery: env.options.delivery[part.name],
        })
      }),
    )
    return lags.flat()
  }

  return {
    failures: () => failures,
    read: async () => {
      underWay ??= ask().finally(() => (underWay = undefined))
      let cancel = (): void => {}
      const late = new Promise<'late'>(
        (resolve) => (cancel = env.ports.clock.after(patienceMs, () => resolve('late'))),
      )
      const answer = await Promise.race([underWay.catch(() => 'late' as const), late])
      cancel()
      if (answer !== 'late') return answer
      failures++
      return []
    },
  }
}

const placeOf = ({ topic, partition }: { readonly topic: string; readonly partition: number }) =>
  `${topic}/${partition}`
