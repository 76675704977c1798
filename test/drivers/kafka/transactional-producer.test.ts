import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { Cluster } from '../../../drivers/kafka/kafkajs.ts'
import { Lost } from '../../../drivers/kafka/membership.ts'
import {
  createTransactionalProducer,
  Fenced,
  type TransactionalProducer,
} from '../../../drivers/kafka/transactional-producer.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { createManualClock, type ManualClock } from '../../contracts/manual-clock.ts'

const protocolError = (type: string): Error => Object.assign(new Error(type), { type })
const closed = Object.assign(new Error('closed'), { name: 'KafkaJSConnectionClosedError' })

describe('a transactional producer', () => {
  let clock: ManualClock
  /** What the broker is asked, in order. */
  let asked: string[]
  /** Errors that it answers with, by question, one after the other. */
  let errors: Record<string, (Error | undefined)[]>
  let epoch: number
  let producer: TransactionalProducer

  beforeEach(() => {
    clock = createManualClock()
    asked = []
    errors = {}
    epoch = 0
    const answer = async (question: string): Promise<void> => {
      asked.push(question)
      const error = errors[question]?.shift()
      if (error) throw error
    }
    const broker = {
      isConnected: () => true,
      versions: null,
      connectionPool: {
        send: async () => {
          await answer('init')
          return { value: { producerId: '7', producerEpoch: ++epoch } }
        },
      },
      addPartitionsToTxn: () => answer('add partitions'),
      addOffsetsToTxn: () => answer('add offsets'),
      produce: ({ producerEpoch }: { producerEpoch: number }) => answer(`produce ${producerEpoch}`),
      endTxn: ({ transactionResult }: { transactionResult: boolean }) =>
        answer(transactionResult ? 'commit' : 'abort'),
    }
    const cluster = {
      isConnected: () => true,
      removeBroker: () => undefined,
      refreshMetadata: async () => undefined,
      findGroupCoordinator: async () => broker,
      findBroker: async () => broker,
      findTopicPartitionMetadata: () => [{ partitionId: 0, leader: 1 }],
    } as unknown as Cluster
    producer = createTransactionalProducer({
      cluster,
      clock,
      know: async () => undefined,
      transactionalId: 'g.in.0',
      group: 'g',
      timeoutMs: 1_000,
      batchBytes: 1_000,
      compression: 0,
      where: 'here',
    })
  })

  const record = {
    topic: 'out',
    partition: 0,
    key: Buffer.from('k'),
    value: null,
    timestamp: 0,
    headers: {},
  }
  const work = (changes: object = {}) => ({
    of: {},
    records: [record],
    sendOffsets: async () => void asked.push('offsets'),
    ...changes,
  })
  const begin = async (): Promise<void> => {
    await producer.takeOver(() => true)
    asked.length = 0
  }

  it('writes outputs and offsets, then commits', async () => {
    await begin()
    await producer.commit(work())
    assert.deepEqual(asked, ['add partitions', 'add offsets', 'offsets', 'produce 1', 'commit'])
  })

  it('asks for the end again, and for nothing else, when its answer got lost', async () => {
    await begin()
    errors = { commit: [closed] }
    const same = work()
    await assert.rejects(producer.commit(same), Fault)
    asked.length = 0
    await producer.commit(same)
    assert.deepEqual(asked, ['commit'])
  })

  it('commits nothing else while the outcome of one is not known', async () => {
    await begin()
    errors = { commit: [closed] }
    await assert.rejects(producer.commit(work()), Fault)
    await assert.rejects(producer.commit(work()), Fenced)
  })

  it('gives up what failed before the end, and begins again under a new epoch', async () => {
    await begin()
    errors = { 'produce 1': [protocolError('UNKNOWN_PRODUCER_ID')] }
    const same = work()
    await assert.rejects(producer.commit(same), Fault)
    asked.length = 0
    await producer.commit(same)
    const again = ['add partitions', 'add offsets', 'offsets', 'produce 2', 'commit']
    assert.deepEqual(asked, ['abort', 'init', ...again])
  })

  it('is fenced for good by a producer that came after', async () => {
    await begin()
    errors = { 'produce 1': [protocolError('INVALID_PRODUCER_EPOCH')] }
    await assert.rejects(producer.commit(work()), Fenced)
    asked.length = 0
    await assert.rejects(producer.commit(work()), Fenced)
    assert.deepEqual(asked, [])
  })

  it('ends what is open when the group has gone on, and commits nothing any more', async () => {
    await begin()
    const sendOffsets = () => Promise.reject(new Lost('ILLEGAL_GENERATION'))
    await assert.rejects(producer.commit(work({ sendOffsets })), Lost)
    assert.equal(asked.at(-1), 'abort')
    await assert.rejects(producer.commit(work()), Fenced)
  })

  it('waits while the transaction before is being ended', async () => {
    await begin()
    errors = { 'add partitions': [protocolError('CONCURRENT_TRANSACTIONS')] }
    const done = producer.commit(work())
    for (let turn = 0; turn < 20; turn++) await Promise.resolve()
    assert.deepEqual(asked, ['add partitions'])
    clock.advance(10)
    await done
    assert.equal(asked.at(-1), 'commit')
  })
})
