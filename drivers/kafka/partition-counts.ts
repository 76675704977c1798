import { Fault } from '../../topology/model/failure.ts'
import { KafkaMisfit } from './errors.ts'
import type { Cluster } from './kafkajs.ts'

/**
 * Answers why reading cannot go on when a topic has more partitions than when it was joined: keys have moved, so their
 * order is gone, and state lies elsewhere. `counts` is by the cluster's names.
 */
export const partitionsRaised = (
  cluster: Pick<Cluster, 'findTopicPartitionMetadata'>,
  counts: ReadonlyMap<string, number>,
  where: string,
): Fault | undefined => {
  const raised = [...counts].flatMap(([topic, count]) => {
    const now = cluster.findTopicPartitionMetadata(topic).length
    return now > count ? [`topic ${topic} has ${now} partitions now, and had ${count}`] : []
  })
  if (raised.length === 0) return undefined
  const advice =
    'keys have moved, so nothing more is read and nothing was skipped; Kafka cannot take partitions back: make topics under another kafka.prefix, and publish again'
  const message = `Kafka, ${where}: ${raised.join('; ')}: ${advice}`
  return new Fault('fatal', 'record-log', message, new KafkaMisfit(message))
}
