import assert from 'node:assert/strict'
import type { Producer } from 'kafkajs'
import { describe, it } from 'mocha'
// Whoever comes first decides what is replaced.
import '../../../../drivers/kafka/kafkajs.ts'
import { loadKafkajs } from '../../../../drivers/kafka/wire/load-kafkajs.ts'

interface Produced {
  readonly topicData: readonly {
    readonly partitions: readonly {
      readonly partition: number
      readonly messages: readonly { readonly key: Buffer | null }[]
    }[]
  }[]
}

interface Sent {
  readonly key: string | null
  readonly partition?: number
}

const partitions = Array.from({ length: 100 }, (_, partitionId) => ({ partitionId, leader: 1 }))

/** What a producer of kafkajs over this driver hands a broker: by the key, the partition. */
const placesOf = async (
  messages: readonly Sent[],
): Promise<readonly (readonly [string, number])[]> => {
  const places: (readonly [string, number])[] = []
  const broker = {
    nodeId: 1,
    produce: async ({ topicData }: Produced) => {
      for (const each of topicData.flatMap((topic) => topic.partitions))
        for (const { key } of each.messages) places.push([String(key), each.partition])
    },
  }
  const done = async (): Promise<void> => undefined
  const cluster = {
    connect: done,
    disconnect: done,
    isConnected: () => true,
    addMultipleTargetTopics: done,
    refreshMetadataIfNecessary: done,
    findTopicPartitionMetadata: () => partitions,
    findLeaderForPartitions: (_: string, wanted: readonly string[]) => ({ 1: wanted.map(Number) }),
    findBroker: async () => broker,
  }
  const quiet = () => undefined
  const logger = { namespace: () => logger, info: quiet, debug: quiet, warn: quiet, error: quiet }
  const producer = loadKafkajs<(options: object) => Producer>('producer/index')({ cluster, logger })
  await producer.connect()
  const bytes = messages.map(({ key, ...rest }) => ({ key, value: Buffer.from('value'), ...rest }))
  await producer.send({ topic: 'topic', acks: 0, messages: bytes })
  return places.sort(([one], [other]) => (one < other ? -1 : 1))
}

describe('a producer of kafkajs over this driver', () => {
  // Hashes of Kafka's own clients: murmur2, its sign bit cleared, modulo the number of partitions.
  const hashes: readonly (readonly [string, number])[] = [
    ['21', -973_932_308],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['abc', 479_470_107],
    ['foobar', -790_332_482],
  ]

  it('places what says no partition by its key, as the other clients of Kafka do', async () => {
    const expected = hashes.map(([key, hash]) => [key, (hash & 0x7fffffff) % 100])
    assert.deepEqual(await placesOf(hashes.map(([key]) => ({ key }))), expected)
  })

  it('leaves a record where it says it belongs', async () => {
    assert.deepEqual(await placesOf([{ key: 'abc', partition: 0 }]), [['abc', 0]])
  })

  it('sends what has neither key nor partition to some partition', async () => {
    const [place, ...others] = await placesOf([{ key: null }])
    assert.deepEqual(others, [])
    assert.ok(partitions.some(({ partitionId }) => partitionId === place?.[1]))
  })
})
