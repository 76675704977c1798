import type { TopicName, TopicPartition } from '../../topology/model/record.ts'
import { assignRanges } from '../embedded/record-log/assign-ranges.ts'
import { AssignerProtocol, type Broker, type Cluster } from './kafkajs.ts'
import type { Place } from './reader.ts'

/** The name under which all members of a group know how partitions are dealt out: Kafka's own range assignment. */
export const protocolName = 'range'

const { MemberAssignment, MemberMetadata } = AssignerProtocol

/** What a member says when it joins. */
export const subscriptionOf = (topics: readonly string[]): Buffer =>
  MemberMetadata.encode({ version: 1, topics: [...topics], userData: Buffer.alloc(0) })

/** The leader's work: everybody's partitions, by what they subscribed to. */
export const dealOut = (
  members: Awaited<ReturnType<Broker['joinGroup']>>['members'],
  cluster: Pick<Cluster, 'findTopicPartitionMetadata'>,
): Parameters<Broker['syncGroup']>[0]['groupAssignment'] => {
  const subscribers = members
    .toSorted((a, b) => (a.memberId < b.memberId ? -1 : 1))
    .map(({ memberId, memberMetadata }) => ({
      member: memberId,
      topics: (MemberMetadata.decode(memberMetadata)?.topics ?? []) as TopicName[],
    }))
  const shares = assignRanges(
    subscribers,
    (topic) => cluster.findTopicPartitionMetadata(topic).length,
  )
  return [...shares].map(([memberId, partitions]) => ({
    memberId,
    memberAssignment: MemberAssignment.encode({
      version: 1,
      assignment: byTopic(partitions),
      userData: Buffer.alloc(0),
    }),
  }))
}

const byTopic = (partitions: readonly TopicPartition[]): Record<string, number[]> => {
  const grouped: Record<string, number[]> = {}
  for (const { topic, partition } of partitions) (grouped[topic] ??= []).push(partition)
  return grouped
}

/** What a member was given; nothing when there are more members than partitions. */
export const placesOf = (memberAssignment: Buffer): readonly Place[] => {
  if (memberAssignment.length === 0) return []
  const { assignment = {} } = MemberAssignment.decode(memberAssignment) ?? {}
  return Object.entries(assignment).flatMap(([topic, partitions]) =>
    partitions.map((partition) => ({ topic, partition })),
  )
}
