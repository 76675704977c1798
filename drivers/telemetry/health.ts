import type { PartState } from '../../topology/ports/telemetry.ts'

/** An answer to a probe, with what is wrong in words. */
export interface Health {
  readonly ok: boolean
  readonly problems: readonly string[]
}

const healthOf = (problems: readonly string[]): Health => ({ ok: problems.length === 0, problems })

/**
 * Whether a restart could help: every loop turns. A dependency that is down, lag and slow stages are no reason to restart;
 * the loops turn meanwhile.
 */
export const liveness = (parts: readonly PartState[], now: number, stalledMs: number): Health =>
  healthOf(
    parts.flatMap(({ subTopology, turnedAt }) => {
      const age = now - turnedAt
      return age > stalledMs
        ? [`${subTopology}: its loop has not turned for ${Math.round(age / 1_000)} s`]
        : []
    }),
  )

/** Whether it works: every sub-topology has its place in its group, no dependency is down, and it is not ending. */
export const readiness = (parts: readonly PartState[]): Health =>
  healthOf(
    parts.flatMap(({ subTopology, assigned, breaker, dependency, draining }) => [
      ...(draining ? [`${subTopology}: draining`] : []),
      ...(assigned ? [] : [`${subTopology}: waits for its partitions`]),
      ...(breaker === 'closed' ? [] : [`${subTopology}: ${dependency ?? 'a dependency'} is down`]),
    ]),
  )
