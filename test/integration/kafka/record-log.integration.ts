import { randomUUID } from 'node:crypto'
import { after, describe } from 'mocha'
import { createAdmin, createCluster } from '../../../drivers/kafka/kafkajs.ts'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { describeRecordLog } from '../../contracts/record-log.contract.ts'
import { kafka, stopKafka } from '../../services/services.ts'
import { hurriedBy } from './shifted-clock.ts'

for (const version of ['kafka-4.3.1', 'kafka-3.9.2'] as const)
  describe(`on ${version}`, () => {
    // Each version is used by this file last, and two at once would not leave room for others.
    if (version !== 'kafka-4.3.1') after(() => stopKafka(version))

    describeRecordLog(version, async (clock) => {
      const { address } = await kafka(version)
      const prefix = `${randomUUID().slice(0, 8)}.`
      const connection = { brokers: [address.bootstrap], clientId: 'contract', prefix }
      const open = () =>
        createKafkaRecordLog({
          ...connection,
          clock: hurriedBy(clock),
          createTopics: true,
          sessionTimeoutMs: 6_000,
          heartbeatMs: 100,
          rebalanceTimeoutMs: 2_000,
          maxPollRecords: 500,
        })
      let log = await open()
      return {
        log,
        pollWaitMs: 100,
        reopen: async () => {
          await log.close()
          log = await open()
          return log
        },
        destroy: async () => {
          await log.close()
          await deleteTopics(connection, prefix)
        },
      }
    })
  })

const deleteTopics = async (
  connection: Parameters<typeof createCluster>[0],
  prefix: string,
): Promise<void> => {
  const admin = createAdmin(createCluster(connection))
  await admin.connect()
  const topics = (await admin.listTopics()).filter((name) => name.startsWith(prefix))
  await admin.deleteTopics({ topics })
  await admin.disconnect()
}
