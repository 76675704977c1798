import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createKafkaRecordLog } from '../../../drivers/kafka/kafka-record-log.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { kafka } from '../../services/services.ts'
import { aRecord, aTransaction, text, watch } from '../../contracts/record-log-harness.ts'
import { optionsFor, topicNamed } from './connections.ts'

const documents = topicNamed('documents')
const count = 300

/** As the runtime does: the same again, until the log answers. */
const untilAnswered = async <T>(ask: () => Promise<T>): Promise<T> => {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof Fault) || error.kind !== 'dependency-down') throw error
    }
  }
}

describe('a Kafka broker that is killed and comes back', () => {
  it('costs no record, leaves every key in order, and keeps what was committed', async function () {
    this.timeout(90_000)
    const { address, native } = await kafka('kafka-4.3.1')
    // A broker that was given by address is not ours to kill.
    if (!native) return this.skip()
    const notices: string[] = []
    const log = await createKafkaRecordLog(
      optionsFor(address.bootstrap, { notice: (text) => notices.push(text) }),
    )
    try {
      await log.ensureTopics([{ name: documents, partitions: 2, cleanup: 'delete' }])
      const member = watch(await log.join('g', [documents]), (it) => it, 100)
      await member.until(() => member.owned().length === 2)
      const writing = (async () => {
        for (let index = 0; index < count; index++)
          await untilAnswered(() => log.produce([aRecord(documents, `${index % 7}`, `${index}`)]))
      })()
      await member.until(() => member.records().length > count / 10)
      await native.kill()
      await native.restart()
      const deadline = Date.now() + 60_000
      const seen = () => new Set(member.records().map(({ record }) => text(record.value)))
      while (seen().size < count && Date.now() < deadline) await member.poll()
      await writing
      assert.equal(seen().size, count)
      for (let key = 0; key < 7; key++) {
        const mine = member
          .records()
          .filter(({ record, epoch }) => text(record.key) === `${key}` && epoch === member.epoch())
          .map(({ record }) => Number(text(record.value)))
        const firsts = [...new Set(mine)]
        assert.deepEqual(
          firsts,
          firsts.toSorted((a, b) => a - b),
        )
      }
      const ends = await log.ends(documents)
      const offsets = member.owned().map(({ topic, partition }) => ({
        topic,
        partition,
        offset: ends[partition] ?? 0,
        metadata: 'done',
      }))
      const done = aTransaction(member.epoch(), { offsets })
      // The group may be looking for its coordinator still.
      const answer = await untilAnswered(() => member.consumer.commit(done))
      assert.equal(answer, 'committed')
      assert.deepEqual(
        (await log.committed('g')).map(({ offset }) => offset),
        ends,
      )
      // The first state of the group: its topic is not there yet.
      await native.kill()
      const state = [{ key: 'k', value: new Uint8Array([1]) }]
      const transaction = aTransaction(member.epoch(), { state, offsets })
      await assert.rejects(
        member.consumer.commit(transaction),
        (error) => error instanceof Fault && error.kind === 'dependency-down',
      )
      await native.restart()
      assert.ok(notices.some((notice) => notice.startsWith('Kafka, at 127.0.0.1')))
    } finally {
      await log.close()
    }
  })
})
