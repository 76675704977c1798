import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { Cluster } from '../../../drivers/kafka/kafkajs.ts'
import { createReader } from '../../../drivers/kafka/reader.ts'
import type { Clock } from '../../../topology/ports/clock.ts'

const refusal = (type: string): Error => Object.assign(new Error(type), { type })

/** A clock on which no time passes, and the waits that were asked of it. */
const impatient = () => {
  const waits: number[] = []
  const clock: Clock = {
    now: () => 0,
    after: (ms, then) => {
      waits.push(ms)
      queueMicrotask(then)
      return () => undefined
    },
  }
  return { waits, clock }
}

/** Reads a topic of one partition and ten records whose leader refuses so many times. */
const readerOf = (refusals: readonly Error[]) => {
  const left = [...refusals]
  const { waits, clock } = impatient()
  const topicMetadata = [{ topic: 'letters', partitionMetadata: [{}] }]
  const cluster = {
    connect: async () => undefined,
    disconnect: async () => undefined,
    addMultipleTargetTopics: async () => undefined,
    findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    fetchTopicsOffset: async ([asked]: readonly { fromBeginning: boolean }[]) => {
      const fromBeginning = asked?.fromBeginning === true
      const refused = fromBeginning ? undefined : left.shift()
      if (refused) throw refused
      return [
        { topic: 'letters', partitions: [{ partition: 0, offset: fromBeginning ? '0' : '10' }] },
      ]
    },
  } as unknown as Cluster
  const lookingAt = {
    brokerPool: {
      findConnectedBroker: async () => ({ metadata: async () => ({ topicMetadata }) }),
    },
    metadata: async () => ({ topicMetadata }),
  }
  return { waits, left, reader: createReader(lookingAt, () => cluster, clock) }
}

describe('a reader of topics', () => {
  it('looks again while a partition has no leader, the first time at once', async () => {
    const { reader, waits } = readerOf([
      refusal('NOT_LEADER_FOR_PARTITION'),
      refusal('LEADER_NOT_AVAILABLE'),
      refusal('NOT_LEADER_FOR_PARTITION'),
    ])
    assert.deepEqual(await reader.bounds('letters'), [{ start: 0, end: 10 }])
    assert.deepEqual(waits, [300, 300])
  })

  it('gives up on a partition that gets no leader', async () => {
    const { reader, left } = readerOf(
      Array.from({ length: 50 }, () => refusal('LEADER_NOT_AVAILABLE')),
    )
    await assert.rejects(reader.bounds('letters'), /LEADER_NOT_AVAILABLE/)
    assert.equal(left.length, 38)
  })

  it('looks no third time where waiting does not help', async () => {
    const denied = refusal('TOPIC_AUTHORIZATION_FAILED')
    const { reader, left, waits } = readerOf([denied, denied, denied])
    await assert.rejects(reader.bounds('letters'), /AUTHORIZATION/)
    assert.equal(left.length, 1)
    assert.deepEqual(waits, [])
  })
})
