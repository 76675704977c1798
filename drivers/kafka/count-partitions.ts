import { rootOf } from './errors.ts'
import type { Cluster, Metadata } from './kafkajs.ts'

/** Partitions of topics, by one request. Throws when one of them is not there or not for this user. */
export const countPartitions = async (
  cluster: Pick<Cluster, 'brokerPool' | 'metadata'>,
  topics: readonly string[],
): Promise<ReadonlyMap<string, number>> => {
  const ask = async (): Promise<Metadata> => {
    const broker = await cluster.brokerPool.findConnectedBroker()
    return broker.metadata(topics)
  }
  const { topicMetadata } = await ask().catch(async (error: unknown) => {
    if (rootOf(error).type === 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    const found = await cluster.metadata({ topics })
    if (!found) throw error
    return found
  })
  return new Map(topicMetadata.map((each) => [each.topic, each.partitionMetadata.length]))
}
