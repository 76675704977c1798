import type { LogConsumer } from '../../../topology/ports/record-log.ts'
import type { TelemetryEvent } from '../../../topology/ports/telemetry.ts'
import { Breaker } from '../../../topology/runtime/breaker.ts'
import { Committer } from '../../../topology/runtime/committer.ts'
import type { PartEnvironment } from '../../../topology/runtime/environment.ts'
import { defaultRuntimeOptions } from '../../../topology/runtime/options.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

/** The environment of a running part as far as one of its pieces needs it. Jitter is always the longest. */
export const aPartEnvironment = (consumer: Partial<LogConsumer> = {}) => {
  const clock = new ManualClock(0)
  const events: TelemetryEvent[] = []
  const failures: Error[] = []
  const retry = {
    firstMs: 100,
    maxMs: 1_000,
    transientAttempts: 3,
    timeoutAttempts: 2,
  }
  const env = {
    name: 'part',
    ports: { clock, random: { next: () => 0 } },
    options: { ...defaultRuntimeOptions, retry },
    telemetry: { emit: (event: TelemetryEvent) => void events.push(event) },
    breaker: new Breaker(
      clock,
      retry,
      () => 0,
      () => {},
    ),
    committer: new Committer(),
    consumer,
    fail: (error: Error) => void failures.push(error),
  } as unknown as PartEnvironment
  return { env, clock, events, failures, retry }
}
