import type { Failure } from '../model/failure.ts'
import type { WrittenRange } from '../ports/range-runner.ts'
import type { PartEnvironment } from './environment.ts'
import type { InFlight } from './in-flight.ts'

/** What has a part to tell about. */
type Telling = Pick<PartEnvironment, 'name' | 'telemetry'>

/** How a record ended, as the ledger has it. */
export const endOf = (flight: InFlight) =>
  flight.dead
    ? { outcome: 'DEAD' as const, reason: flight.failures[0]?.failure.code }
    : flight.dropReason !== undefined
      ? { outcome: 'DROPPED' as const, reason: flight.dropReason }
      : { outcome: 'FORWARDED' as const, reason: flight.failures[0]?.failure.code }

const outcomes = { FORWARDED: 'forwarded', DROPPED: 'dropped', DEAD: 'dead' } as const

/**
 * Tells how a record ended. To be called once its commit took effect: before that the partition may be lost, and whoever does
 * the record again tells it.
 */
export const tellEnd = (env: Telling, flight: InFlight): void => {
  for (const { stage, failure } of flight.failures) tellLetter(env, stage, failure)
  const { outcome, reason } = endOf(flight)
  env.telemetry.emit({
    kind: 'finished',
    subTopology: env.name,
    outcome: outcomes[outcome],
    ...(reason !== undefined && { reason }),
    counts: flight.counts,
  })
}

/** The same for a range of `length` records. */
export const tellRangeEnd = (
  env: Telling,
  sink: string,
  length: number,
  { failures, repeated }: Pick<WrittenRange, 'failures' | 'repeated'>,
): void => {
  const { telemetry, name: subTopology } = env
  for (const { failure } of failures) tellLetter(env, sink, failure)
  for (let count = 0; count < repeated; count++)
    telemetry.emit({ kind: 'finished', subTopology, outcome: 'dropped', reason: 'repeated' })
  for (let index = repeated; index < length; index++) {
    const outcome = index - repeated < failures.length ? 'dead' : 'forwarded'
    telemetry.emit({ kind: 'finished', subTopology, outcome })
  }
}

const tellLetter = (
  { telemetry, name: subTopology }: Telling,
  stage: string,
  { disposition, code }: Failure,
): void => telemetry.emit({ kind: 'dead-letter', subTopology, stage, disposition, code })
