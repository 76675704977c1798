import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { countPartitions } from '../../../drivers/kafka/count-partitions.ts'

const refusal = (type: string): Error => Object.assign(new Error(type), { type })

/** A cluster with one topic of three partitions. The first request is answered as told, the careful way always well. */
const clusterAnswering = (first?: Error) => {
  const asked: string[] = []
  const found = {
    topicMetadata: [{ topic: 'letters', partitionMetadata: [{}, {}, {}] }],
  }
  const cluster: Parameters<typeof countPartitions>[0] = {
    brokerPool: {
      findConnectedBroker: async () => ({
        metadata: async () => {
          asked.push('once')
          if (first) throw first
          return found
        },
      }),
    },
    metadata: async () => {
      asked.push('carefully')
      return found
    },
  }
  return { asked, cluster }
}

describe('the number of partitions', () => {
  it('is known by one request', async () => {
    const { asked, cluster } = clusterAnswering()
    assert.deepEqual(await countPartitions(cluster, ['letters']), new Map([['letters', 3]]))
    assert.deepEqual(asked, ['once'])
  })

  it('is asked for again, with all tries of kafkajs, where the connection broke', async () => {
    const { asked, cluster } = clusterAnswering(new Error('closed'))
    assert.deepEqual(await countPartitions(cluster, ['letters']), new Map([['letters', 3]]))
    assert.deepEqual(asked, ['once', 'carefully'])
  })

  it('is not asked for again where there is no such topic', async () => {
    const { asked, cluster } = clusterAnswering(refusal('UNKNOWN_TOPIC_OR_PARTITION'))
    await assert.rejects(countPartitions(cluster, ['letters']), /UNKNOWN_TOPIC/)
    assert.deepEqual(asked, ['once'])
  })
})
