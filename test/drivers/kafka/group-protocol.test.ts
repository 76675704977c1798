import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { dealOut, placesOf, subscriptionOf } from '../../../drivers/kafka/group-protocol.ts'

const cluster = (partitions: Readonly<Record<string, number>>) => ({
  findTopicPartitionMetadata: (topic: string) =>
    Array.from({ length: partitions[topic] ?? 0 }, (_, partitionId) => ({
      partitionId,
      leader: 0,
    })),
})

const member = (memberId: string, topics: readonly string[]) => ({
  memberId,
  memberMetadata: subscriptionOf(topics),
})

const dealt = (
  members: Parameters<typeof dealOut>[0],
  partitions: Readonly<Record<string, number>>,
) =>
  new Map(
    dealOut(members, cluster(partitions)).map(({ memberId, memberAssignment }) => [
      memberId,
      placesOf(memberAssignment).map(({ topic, partition }) => `${topic}${partition}`),
    ]),
  )

describe('the assignment of partitions in a Kafka group', () => {
  it('deals ranges, whatever the order in which members come', () => {
    const one = member('one', ['a'])
    const two = member('two', ['a'])
    const expected = new Map([
      ['one', ['a0', 'a1']],
      ['two', ['a2']],
    ])
    assert.deepEqual(dealt([one, two], { a: 3 }), expected)
    assert.deepEqual(dealt([two, one], { a: 3 }), expected)
  })

  it('gives equal partitions of topics of equal size to one member', () => {
    const members = ['one', 'two'].map((id) => member(id, ['a', 'b']))
    assert.deepEqual(dealt(members, { a: 2, b: 2 }).get('two'), ['a1', 'b1'])
  })

  it('gives nothing to those for whom nothing is left', () => {
    const members = ['one', 'two'].map((id) => member(id, ['a']))
    assert.deepEqual(dealt(members, { a: 1 }).get('two'), [])
    assert.deepEqual(placesOf(Buffer.alloc(0)), [])
  })
})
