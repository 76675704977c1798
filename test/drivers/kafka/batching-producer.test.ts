import assert from 'node:assert/strict'
import type { Producer, ProducerBatch } from 'kafkajs'
import { describe, it } from 'mocha'
import {
  createBatchingProducer,
  type BatchingProducer,
  type BatchingProducerOptions,
  type PlacedRecord,
} from '../../../drivers/kafka/batching-producer.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { createManualClock } from '../../contracts/manual-clock.ts'

interface Sent {
  readonly producer: number
  readonly values: readonly string[]
}

/** What a request acknowledges: an error when it fails, all of its partitions when nothing is said. */
type Answer = Error | readonly number[] | undefined

/** Connects producers that answer as they are told, one answer per request. */
const producersAnswering = (answers: Answer[]) => {
  const sent: Sent[] = []
  let producers = 0
  const connections: (readonly string[])[] = []
  const connect = async (topics: readonly string[]) => {
    connections.push(topics)
    const producer = ++producers
    return {
      disconnect: async () => {},
      sendBatch: async ({ topicMessages = [] }: ProducerBatch) => {
        const values = topicMessages.flatMap(({ messages }) =>
          messages.map(({ value }) => String(value)),
        )
        sent.push({ producer, values })
        const answer = answers.shift()
        if (answer instanceof Error) throw answer
        return topicMessages.flatMap(({ topic, messages }) =>
          messages
            .map(({ partition = 0 }) => partition)
            .filter((partition) => answer?.includes(partition) ?? true)
            .map((partition) => ({ topicName: topic, partition, errorCode: 0 })),
        )
      },
    } as unknown as Producer
  }
  return { connect, connections, sent }
}

const open = (connect: BatchingProducerOptions['connect'], batchBytes = 1_000): BatchingProducer =>
  createBatchingProducer({
    connect,
    clock: createManualClock(),
    lingerMs: 0,
    batchBytes,
    compression: 'none',
    where: 'here',
    notice: () => {},
  })

const record = (value: string, partition = 0): PlacedRecord => ({
  topic: 't',
  partition,
  key: new Uint8Array(),
  value: Buffer.from(value),
  timestamp: 0,
  headers: {},
})

const away = Object.assign(new Error('gone'), { name: 'KafkaJSConnectionClosedError' })

describe('the batching producer', () => {
  it('asks for the permit when the records have waited, and lets nobody else wait for it', async () => {
    const { connect, sent } = producersAnswering([])
    const producer = open(connect)
    let allowed = true
    const permit = () => (allowed ? undefined : Promise.reject(new Error('lost')))
    const first = producer.send([record('1')], permit)
    await first
    const late = producer.send([record('2')], permit)
    const other = producer.send([record('3')])
    allowed = false
    await assert.rejects(late, /lost/)
    await other
    assert.deepEqual(
      sent.flatMap(({ values }) => values),
      ['1', '3'],
    )
  })

  it('fails all that wait when the permit cannot be asked for', async () => {
    const { connect, sent } = producersAnswering([])
    const producer = open(connect)
    const fault = new Fault('dependency-down', 'record-log', 'away')
    const asking = producer.send([record('1')], () => Promise.reject(fault))
    const other = producer.send([record('2')])
    await assert.rejects(asking, fault)
    await assert.rejects(other, fault)
    assert.deepEqual(sent, [])
  })

  it('sends what is produced in one turn in one request, in order', async () => {
    const { connect, sent } = producersAnswering([])
    const producer = open(connect)
    await Promise.all([producer.send([record('1'), record('2')]), producer.send([record('3')])])
    assert.deepEqual(sent, [{ producer: 1, values: ['1', '2', '3'] }])
  })

  it('sends again, by the same producer, what a request that succeeded has not acknowledged', async () => {
    const { connect, sent } = producersAnswering([[1]])
    await open(connect).send([record('1'), record('2', 1), record('3')])
    assert.deepEqual(sent, [
      { producer: 1, values: ['1', '2', '3'] },
      { producer: 1, values: ['1', '3'] },
    ])
  })

  it('fails when nothing is acknowledged, and goes on with another producer', async () => {
    const { connect, sent } = producersAnswering([[]])
    const producer = open(connect)
    await assert.rejects(producer.send([record('1')]), { kind: 'dependency-down' })
    await producer.send([record('1')])
    assert.deepEqual(sent, [
      { producer: 1, values: ['1'] },
      { producer: 2, values: ['1'] },
    ])
  })

  it('cuts requests by the bytes of a partition, and lets no record overtake another', async () => {
    const { connect, sent } = producersAnswering([])
    const large = 'x'.repeat(400)
    await open(connect).send([
      record(`1${large}`),
      record(`2${large}`),
      record(`3${large}`),
      record('4', 1),
    ])
    assert.deepEqual(
      sent.map(({ values }) => values.map((value) => value[0])),
      [
        ['1', '2'],
        ['3', '4'],
      ],
    )
  })

  it('sends a record that is larger than a request may be, alone', async () => {
    const { connect, sent } = producersAnswering([])
    await open(connect).send([record('x'.repeat(5_000)), record('2')])
    assert.equal(sent.length, 2)
  })

  it('fails who waits behind a failure too, so that nothing overtakes what is sent again', async () => {
    const { connect, sent } = producersAnswering([away])
    const producer = open(connect)
    const large = 'x'.repeat(950)
    const results = await Promise.allSettled([
      producer.send([record(`1${large}`)]),
      producer.send([record('2')]),
    ])
    for (const result of results)
      assert.ok(result.status === 'rejected' && result.reason instanceof Fault)
    assert.equal(sent.length, 1)
  })

  it('takes another producer after a failure, as sequence numbers of the old one may be used up', async () => {
    const { connect, sent } = producersAnswering([away])
    const producer = open(connect)
    await assert.rejects(producer.send([record('1')]), { kind: 'dependency-down' })
    await producer.send([record('2')])
    assert.deepEqual(
      sent.map((each) => each.producer),
      [1, 2],
    )
  })

  it('takes a full disk of the broker for trouble that passes: nothing is lost, nothing dead', async () => {
    const full = Object.assign(new Error('disk error'), {
      name: 'KafkaJSProtocolError',
      type: 'KAFKA_STORAGE_ERROR',
    })
    const { connect, sent } = producersAnswering([full, full])
    const producer = open(connect)
    for (let round = 0; round < 2; round++)
      await assert.rejects(producer.send([record('1')]), {
        kind: 'dependency-down',
        message: /KAFKA_STORAGE_ERROR/,
      })
    await producer.send([record('1')])
    assert.deepEqual(sent.at(-1)?.values, ['1'])
  })

  it('knows beforehand the topics that it is warmed up with, and those of the batch once it failed', async () => {
    const { connect, connections } = producersAnswering([away])
    const producer = open(connect)
    producer.warmUp(['t', 'other'])
    await assert.rejects(producer.send([record('1')]))
    await producer.send([record('1')])
    assert.deepEqual(connections, [['t', 'other'], ['t']])
  })

  it('takes nothing any more once it is closed', async () => {
    const { connect } = producersAnswering([])
    const producer = open(connect)
    await producer.close()
    await assert.rejects(producer.send([record('1')]), { kind: 'fatal' })
  })
})
