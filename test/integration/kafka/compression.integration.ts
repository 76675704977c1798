import assert from 'node:assert/strict'
import { before, describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { createAdmin, createCluster } from '../../../drivers/kafka/kafkajs.ts'
import { kafka } from '../../services/services.ts'
import { aRecord, text } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const documents = topicNamed('documents')
const compressions = ['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const
/** Well over the first room of a decoder, and not the same everywhere. */
const values = Array.from({ length: 40 }, (_, index) => `${index} `.repeat(60_000))

describe('compressed batches on Kafka', () => {
  let bootstrap: string
  before(async () => {
    bootstrap = (await kafka('kafka-4.3.1')).address.bootstrap
  })

  // A topic with a compression of its own makes the broker, which is Java, read what we wrote and write it anew.
  for (const ours of compressions)
    for (const theirs of ours === 'none' ? compressions.slice(1) : (['uncompressed'] as const))
      it(`written by us as ${ours} and by the broker as ${theirs} come back whole`, async () => {
        const options = optionsFor(bootstrap, { compression: ours })
        const admin = createAdmin(createCluster(options))
        await admin.connect()
        const configEntries = [{ name: 'compression.type', value: theirs }]
        const topic = `${options.prefix}${documents}`
        await admin.createTopics({ topics: [{ topic, numPartitions: 1, configEntries }] })
        await admin.disconnect()
        const log = await createKafkaRecordLog(options)
        try {
          await log.produce(values.map((value) => aRecord(documents, 'a', value)))
          const read = await log.read({ topic: documents, partition: 0 }, 0, 100)
          assert.deepEqual(
            read.map((record) => text(record.value)),
            values,
          )
        } finally {
          await log.close()
        }
      })
})
