import assert from 'node:assert/strict'
import type { Admin } from 'kafkajs'
import { describe, it } from 'mocha'
import type { Reader } from '../../../drivers/kafka/reader.ts'
import { createTopicTool } from '../../../drivers/kafka/topics.ts'
import { ManualClock } from '../../../topology/testing/manual-clock.ts'

const refusal = (type: string): Error => Object.assign(new Error(type), { type })

/** A cluster with these topics, which refuses to speak of the forbidden ones, as a broker does for all that it is asked. */
const toolOf = (there: Readonly<Record<string, number>>, forbidden: readonly string[] = []) => {
  const asked: (readonly string[])[] = []
  const look = async (topics: readonly string[]): Promise<ReadonlyMap<string, number>> => {
    asked.push(topics)
    if (topics.some((name) => forbidden.includes(name))) throw refusal('TOPIC_AUTHORIZATION_FAILED')
    if (topics.some((name) => !(name in there))) throw refusal('UNKNOWN_TOPIC_OR_PARTITION')
    return new Map(topics.map((name) => [name, there[name]!]))
  }
  const reader: Pick<Reader, 'counts' | 'partitions'> = {
    counts: look,
    partitions: async (name) => (name in there ? (await look([name])).get(name) : undefined),
  }
  const clock = new ManualClock(0)
  return {
    asked,
    tool: createTopicTool(() => ({}) as Admin, reader as Reader, clock, 'at broker:9092'),
  }
}

/** A cluster that answers a request for new topics with this error, and makes them all the same. */
const creatingTool = (type: string) => {
  const admin = {
    createTopics: async () => {
      throw Object.assign(new Error('Topic creation errors'), { errors: [refusal(type)] })
    },
  } as unknown as Admin
  const reader = { bounds: async () => [{ low: 0, high: 0 }] } as unknown as Reader
  return createTopicTool(() => admin, reader, new ManualClock(0), 'at broker:9092')
}

const wanted = (name: string, partitions: number) => ({ name, partitions, config: {} })

describe('The topics of Kafka', () => {
  it('are looked at in one request when all of them are there', async () => {
    const { asked, tool } = toolOf({ one: 1, two: 2 })
    const steps = await tool.planPartitions([wanted('one', 1), wanted('two', 3)])
    assert.deepEqual(asked, [['one', 'two']])
    assert.deepEqual(steps, [{ kind: 'wrong-partitions', topic: wanted('two', 3), count: 2 }])
  })

  it('are created where they are missing, beside others that are there', async () => {
    const { tool } = toolOf({ one: 1 })
    const steps = await tool.planPartitions([wanted('one', 1), wanted('two', 2)])
    assert.deepEqual(steps, [{ kind: 'create', topic: wanted('two', 2) }])
  })

  it('name the one that may not be looked at', async () => {
    const { tool } = toolOf({ one: 1, two: 2 }, ['two'])
    await assert.rejects(
      tool.planPartitions([wanted('one', 1), wanted('two', 2)]),
      /at broker:9092, topic two: .*TOPIC_AUTHORIZATION_FAILED/,
    )
  })

  it('are waited for when the broker did not finish making them in time', async () => {
    await creatingTool('REQUEST_TIMED_OUT').apply([{ kind: 'create', topic: wanted('one', 1) }])
    await assert.rejects(
      creatingTool('INVALID_REPLICATION_FACTOR').apply([
        { kind: 'create', topic: wanted('one', 1) },
      ]),
      /creating one: .*INVALID_REPLICATION_FACTOR/,
    )
  })
})
