import type { TopicName, TopicPartition } from '../../../topology/model/record.ts'

export interface Subscriber<M> {
  readonly member: M
  readonly topics: readonly TopicName[]
}

/**
 * Kafka's range assignment: per topic, contiguous partitions in the order of the members, the first ones getting one
 * more where it does not come out even. Topics of equal size are split alike, so equal keys meet at one member.
 */
export const assignRanges = <M>(
  subscribers: readonly Subscriber<M>[],
  partitionsOf: (topic: TopicName) => number,
): ReadonlyMap<M, readonly TopicPartition[]> => {
  const assigned = new Map<M, TopicPartition[]>(subscribers.map(({ member }) => [member, []]))
  const topics = new Set(subscribers.flatMap((each) => each.topics))
  for (const topic of [...topics].sort()) {
    const sharing = subscribers.filter((each) => each.topics.includes(topic))
    const count = partitionsOf(topic)
    sharing.forEach(({ member }, index) => {
      const end = rangeStart(count, sharing.length, index + 1)
      for (let partition = rangeStart(count, sharing.length, index); partition < end; partition++)
        assigned.get(member)?.push({ topic, partition })
    })
  }
  return assigned
}

const rangeStart = (count: number, members: number, index: number): number =>
  Math.floor(count / members) * index + Math.min(index, count % members)
