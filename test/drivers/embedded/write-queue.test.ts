import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { createWriteQueue } from '../../../drivers/embedded/lmdb/write-queue.ts'
import { Fault } from '../../../topology/model/failure.ts'

const queueOver = (transact: <T>(apply: () => T) => Promise<T>) =>
  createWriteQueue({ environment: { transact } as never, dependency: 'record-log', spacingMs: 0 })

describe('the write queue of LMDB', () => {
  it('undoes a change that throws alone, and does the others', async () => {
    const queue = queueOver(async (apply) => apply())
    const bad = queue.write(() => {
      throw new RangeError('no')
    })
    const good = queue.write(() => 7)
    await assert.rejects(bad, RangeError)
    assert.equal(await good, 7)
  })

  it('asks a disk that is full once, whatever waits, and tells all', async () => {
    let asked = 0
    const queue = queueOver(() => {
      asked += 1
      return Promise.reject(Object.assign(new Error('x'), { code: 28 }))
    })
    const writes = await Promise.allSettled([1, 2, 3].map((each) => queue.write(() => each)))
    assert.equal(asked, 1)
    for (const write of writes)
      assert.ok(write.status === 'rejected' && write.reason instanceof Fault, 'a fault')
  })
})
