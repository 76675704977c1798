import type { Clock } from '../../topology/ports/clock.ts'
import { startError } from './errors.ts'
import { createAdmin, createCluster } from './kafkajs.ts'
import type { KafkaConnection } from './options.ts'
import { createReader } from './reader.ts'
import { createTopicTool, type TopicTool } from './topics.ts'

/** Looks at topics and changes them, without a log. Throws when Kafka cannot be reached. */
export const openTopicTool = async (
  connection: KafkaConnection,
  clock: Clock,
): Promise<TopicTool & { readonly close: () => Promise<void> }> => {
  const where = `at ${connection.brokers.join(', ')}`
  const cluster = createCluster(connection)
  try {
    await cluster.connect()
  } catch (error) {
    await cluster.disconnect().catch(() => undefined)
    throw startError(error, where)
  }
  const reader = createReader(cluster, () => createCluster(connection), clock)
  return {
    ...createTopicTool(() => createAdmin(cluster), reader, clock, where),
    close: async () => {
      await reader.close()
      await cluster.disconnect()
    },
  }
}
