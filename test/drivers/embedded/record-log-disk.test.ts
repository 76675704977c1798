import assert from 'node:assert/strict'
import { afterEach, beforeEach, describe, it } from 'mocha'
import {
  openEnvironment,
  type Environment,
} from '../../../drivers/embedded/lmdb/open-environment.ts'
import {
  createEmbeddedRecordLog,
  type EmbeddedRecordLog,
} from '../../../drivers/embedded/record-log/embedded-record-log.ts'
import { openEmbeddedRecordLogReader } from '../../../drivers/embedded/record-log/embedded-record-log-reader.ts'
import { Fault } from '../../../topology/model/failure.ts'
import { createManualClock } from '../../contracts/manual-clock.ts'
import {
  aRecord,
  aTransaction,
  bytes,
  committing,
  text,
  topicName,
  watch,
} from '../../contracts/record-log-harness.ts'
import { temporaryFolder } from './temporary-folder.ts'

const documents = topicName('documents')
const results = topicName('results')

describe('the embedded log on its disk', () => {
  let folder: ReturnType<typeof temporaryFolder>
  let log: EmbeddedRecordLog
  let fullDisk = false
  let transactions = 0

  /** An environment whose disk can be made full: the transaction runs, and its commit is refused. */
  const openFailing = (path: string): Environment => {
    const environment = openEnvironment(path)
    return {
      ...environment,
      transact: async (work) => {
        transactions += 1
        return environment.transact(() => {
          const result = work()
          if (fullDisk) throw Object.assign(new Error('no space'), { code: 28 })
          return result
        })
      },
    }
  }

  const open = () =>
    createEmbeddedRecordLog({
      dataDir: folder.path,
      clock: createManualClock(),
      openEnvironment: openFailing,
    })

  beforeEach(async () => {
    folder = temporaryFolder()
    fullDisk = false
    log = await open()
    await log.ensureTopics([
      { name: documents, partitions: 1, cleanup: 'delete' },
      { name: results, partitions: 1, cleanup: 'delete' },
    ])
  })
  afterEach(async () => {
    await log.close()
    folder.remove()
  })

  const isFullDisk = (error: unknown): boolean =>
    error instanceof Fault && error.kind === 'fatal' && /no space/.test(error.message)

  const member = async () => {
    const watched = watch(await log.join('g', [documents]), (operation) => operation)
    await watched.until(() => watched.owned().length === 1)
    return watched
  }

  it('reports a full disk as fatal and has written nothing', async () => {
    const one = await member()
    fullDisk = true
    await assert.rejects(log.produce([aRecord(documents, 'a', '1')]), isFullDisk)
    const transaction = aTransaction(one.epoch(), {
      outputs: [aRecord(results, 'a', 'x')],
      state: [{ key: 'k', value: bytes('v') }],
      offsets: committing({ topic: documents, partition: 0 }, 0),
    })
    await assert.rejects(one.consumer.commit(transaction), isFullDisk)
    assert.deepEqual([await log.ends(documents), await log.ends(results)], [[0], [0]])
    assert.deepEqual(await log.committed('g'), [])
    assert.equal(one.consumer.readState('k'), undefined)
  })

  it('goes on at the same offset when there is room again', async () => {
    await log.produce([aRecord(documents, 'a', '0')])
    fullDisk = true
    await assert.rejects(log.produce([aRecord(documents, 'a', 'lost')]), isFullDisk)
    fullDisk = false
    await log.produce([aRecord(documents, 'a', '1')])
    const records = await log.read({ topic: documents, partition: 0 }, 0, 10)
    assert.deepEqual(
      records.map((record) => [record.offset, text(record.value)]),
      [
        [0, '0'],
        [1, '1'],
      ],
    )
  })

  it('tells a waiting member that the assignment could not be made durable', async () => {
    fullDisk = true
    const consumer = await log.join('g', [documents])
    await assert.rejects(consumer.poll(0), isFullDisk)
    fullDisk = false
    const events = await consumer.poll(0)
    assert.equal(events[0]?.kind, 'assigned')
  })

  it('syncs what is written at the same time together', async () => {
    const before = transactions
    await Promise.all(
      Array.from({ length: 50 }, (_, index) => log.produce([aRecord(documents, 'a', `${index}`)])),
    )
    assert.equal(transactions, before + 1)
  })

  it('can be looked at while its owner works', async () => {
    const reader = await openEmbeddedRecordLogReader(folder.path)
    assert.ok(reader)
    const one = await member()
    await log.produce([aRecord(documents, 'a', '1')])
    const transaction = aTransaction(one.epoch(), {
      state: [{ key: 'k', value: bytes('v') }],
      offsets: committing({ topic: documents, partition: 0 }, 0, 'map'),
    })
    await one.consumer.commit(transaction)
    assert.deepEqual(
      (await reader.topics()).map(({ name, partitions }) => [name, partitions]),
      [
        ['documents', 1],
        ['results', 1],
      ],
    )
    assert.deepEqual(await reader.groups(), ['g'])
    assert.deepEqual(await reader.ends(documents), [1])
    assert.deepEqual(await reader.committed('g'), await log.committed('g'))
    const [record] = await reader.read({ topic: documents, partition: 0 }, 0, 10)
    assert.equal(text(record?.value ?? null), '1')
    assert.equal(text((await reader.readState('g', 'k')) ?? null), 'v')
    await reader.close()
  })

  it('has nothing to look at where no log was written', async () => {
    const empty = temporaryFolder()
    assert.equal(await openEmbeddedRecordLogReader(empty.path), undefined)
    empty.remove()
  })
})
