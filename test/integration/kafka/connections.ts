import { randomUUID } from 'node:crypto'
import { systemClock } from '../../../drivers/system/system-clock.ts'
import type { TopicName } from '../../../topology/model/record.ts'
import type { KafkaRecordLogOptions } from '../../../drivers/kafka/options.ts'

/** Options of a log that shares the broker with nobody. */
export const optionsFor = (
  bootstrap: string,
  changes: Partial<KafkaRecordLogOptions> = {},
): KafkaRecordLogOptions => ({
  brokers: [bootstrap],
  clientId: 'integration',
  prefix: `${randomUUID().slice(0, 8)}.`,
  clock: systemClock,
  createTopics: true,
  heartbeatMs: 200,
  sessionTimeoutMs: 6_000,
  ...changes,
})

export const topicNamed = (name: string): TopicName => name as TopicName
