import type { KafkaRecordLogOptions } from '../../../drivers/kafka/options.ts'
import { systemClock } from '../../../drivers/system/system-clock.ts'

/** How everybody of the proof reaches the broker. */
export const logOptions = (bootstrap: string, sessionMs: number): KafkaRecordLogOptions => ({
  brokers: bootstrap.split(','),
  clientId: 'proof',
  prefix: 'proof.',
  clock: systemClock,
  createTopics: true,
  sessionTimeoutMs: sessionMs,
  heartbeatMs: Math.floor(sessionMs / 5),
  rebalanceTimeoutMs: 10_000,
  lingerMs: 5,
})
