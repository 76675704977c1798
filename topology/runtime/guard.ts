import { Rejected } from '../model/failure.ts'
import { Abandoned } from './attempt.ts'
import { bugFailure } from './bug-failure.ts'
import type { PartEnvironment } from './environment.ts'
import type { InFlight } from './in-flight.ts'

/**
 * Does a synchronous part of a record's way. What it throws (a value that does not fit its schema, a selector with a bug, an
 * outcome that is none, an output larger than the log takes) fails the record, which goes on through all gates, so that no
 * successor waits forever. What the work needs besides is handed on: no function is made for each record.
 */
export const guard = <T, A extends readonly unknown[]>(
  env: PartEnvironment,
  flight: InFlight,
  work: (env: PartEnvironment, flight: InFlight, ...args: A) => T,
  ...args: A
): T | undefined => {
  try {
    return work(env, flight, ...args)
  } catch (error) {
    if (error instanceof Abandoned) throw error
    flight.fail({
      stage: env.name,
      stageVersion: 1,
      failure: error instanceof Rejected ? error.failure : bugFailure(env.name, error),
      attempt: 1,
      firstFailedAt: env.ports.clock.now(),
    })
    return undefined
  }
}
