import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { connectProducer, createAdmin, createCluster } from '../../../drivers/kafka/kafkajs.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { kafka } from '../../services/services.ts'
import { aRecord, text, watch } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const documents = topicNamed('documents')
const specs = [{ name: documents, partitions: 2, cleanup: 'delete' }] as const

describe('a topic of Kafka that gets more partitions while it is read', function () {
  this.timeout(60_000)

  const raised = async (metadataMaxAgeMs: number, after: 'fetches' | 'a rebalance') => {
    const { bootstrap } = (await kafka('kafka-4.3.1')).address
    const options = optionsFor(bootstrap, { metadataMaxAgeMs })
    const admin = createAdmin(createCluster(options))
    await admin.connect()
    const log = await createKafkaRecordLog(options)
    try {
      await log.ensureTopics(specs)
      await log.produce([aRecord(documents, 'a', '1')])
      const member = watch(await log.join('g', [documents]), (it) => it, 100)
      await member.until(() => member.records().length === 1)
      const topic = `${options.prefix}${documents}`
      await admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
      const keys = Array.from({ length: 40 }, (_, index) => `${index}`)
      // Somebody else, who places keys by the new count.
      const producer = await connectProducer(options, [])
      await producer.send({ topic, messages: keys.map((key) => ({ key, value: key })) })
      await producer.disconnect()
      const before = member.epoch()
      const other = after === 'a rebalance' ? await log.join('g', [documents]) : undefined
      const polls = async (): Promise<void> => {
        for (;;) {
          await Promise.all([member.poll(), other?.poll(100)])
        }
      }
      await assert.rejects(polls(), (error: Error) => {
        assert.ok(error instanceof Fault && error.kind === 'fatal')
        assert.match(
          error.message,
          /topic \S+documents has 4 partitions now, and had 2: keys have moved, so nothing more is read and nothing was skipped/,
        )
        return true
      })
      assert.equal(member.epoch(), before)
      assert.deepEqual(await log.committed('g'), [])
      assert.equal(text(member.records()[0]?.record.value ?? null), '1')
      await assert.rejects(log.ensureTopics(specs), /has 4 partitions, not 2; keys would move/)
    } finally {
      await log.close()
      await admin.disconnect()
    }
  }

  it('is noticed by who reads it', () => raised(500, 'fetches'))

  it('is noticed at a rebalance, before anybody gets a new partition', () =>
    raised(60_000, 'a rebalance'))
})
