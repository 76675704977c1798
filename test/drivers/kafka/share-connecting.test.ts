import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import '../../../drivers/kafka/kafkajs.ts'
import { loadKafkajs } from '../../../drivers/kafka/wire/load-kafkajs.ts'

interface Pool {
  readonly getConnection: (index?: number) => Promise<unknown>
}

describe('connections of kafkajs', () => {
  it('are opened once by requests that come at the same time, and again when that failed', async () => {
    const { prototype } = loadKafkajs<{ readonly prototype: Pool }>('network/connectionPool')
    let opened = 0
    const connection = {
      isConnected: () => false,
      connect: async () => {
        opened += 1
        await Promise.resolve()
        if (opened === 1) throw new Error('refused')
      },
    }
    const pool = Object.assign(Object.create(prototype) as Pool, { pool: [connection] })
    const both = await Promise.allSettled([pool.getConnection(), pool.getConnection()])
    assert.deepEqual(
      both.map(({ status }) => status),
      ['rejected', 'rejected'],
    )
    assert.equal(opened, 1)
    assert.equal(await pool.getConnection(), connection)
    assert.equal(opened, 2)
  })
})
