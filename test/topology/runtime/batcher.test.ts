import assert from 'node:assert/strict'
import { beforeEach, describe, it } from 'mocha'
import type { TopicName } from '../../../topology/model/record.ts'
import type { BatchSink, ItemOutcome, SinkRecord } from '../../../topology/model/stage.ts'
import { Abandoned } from '../../../topology/runtime/attempt.ts'
import { Batcher } from '../../../topology/runtime/batcher.ts'
import { Lifetime } from '../../../topology/runtime/lifetime.ts'
import type { ManualClock } from '../../../topology/testing/manual-clock.ts'
import { advance, settle } from '../../../topology/testing/settle.ts'
import { aPartEnvironment } from './a-part-environment.ts'

const record = (value: unknown): SinkRecord<unknown> => ({
  topic: 'topic' as TopicName,
  partition: 0,
  offset: 0,
  key: 'key',
  value,
  timestamp: 0,
  headers: {},
})

describe('The batcher', () => {
  let clock: ManualClock
  let writes: (readonly unknown[])[]
  let write: BatchSink<unknown>['write']
  let batcher: Batcher
  let outcomes: (ItemOutcome | string)[]

  const put = (value: unknown, lifetime = new Lifetime()): Lifetime => {
    const index = outcomes.push('waiting') - 1
    batcher.write(record(value), lifetime).then(
      (outcome) => (outcomes[index] = outcome),
      (error: unknown) => (outcomes[index] = error instanceof Abandoned ? 'abandoned' : 'thrown'),
    )
    return lifetime
  }

  beforeEach(() => {
    const set = aPartEnvironment()
    clock = set.clock
    writes = []
    outcomes = []
    write = async (records) => records.map(() => ({ kind: 'written' }))
    batcher = new Batcher({
      kind: 'batch-sink',
      name: 'sink',
      version: 1,
      doc: '',
      ordered: true,
      batch: { maxRecords: 3, lingerMs: 50 },
      timeoutMs: 1_000,
      write: (records, context) => {
        writes.push(records.map(({ value }) => value))
        return write(records, context)
      },
    })
    batcher.start(set.env)
  })

  it('writes when the batch is full', async () => {
    for (const value of [1, 2, 3]) put(value)
    await settle()
    assert.deepEqual(writes, [[1, 2, 3]])
    assert.deepEqual(outcomes, Array(3).fill({ kind: 'written' }))
  })

  it('writes when the oldest record has lingered', async () => {
    put(1)
    await advance(clock, 30)
    put(2)
    await advance(clock, 19)
    assert.deepEqual(writes, [])
    await advance(clock, 1)
    assert.deepEqual(writes, [[1, 2]])
  })

  it('has one write under way at a time', async () => {
    let end = (): void => {}
    write = async (records) => {
      await new Promise<void>((resolve) => (end = resolve))
      return records.map(() => ({ kind: 'written' }))
    }
    for (const value of [1, 2, 3, 4, 5, 6]) put(value)
    await settle()
    assert.deepEqual(writes, [[1, 2, 3]])
    end()
    await settle()
    assert.deepEqual(writes, [
      [1, 2, 3],
      [4, 5, 6],
    ])
  })

  it('isolates an item that makes its batch fail', async () => {
    write = async (records) => {
      if (records.some(({ value }) => value === 2)) throw new Error('poison')
      return records.map(() => ({ kind: 'written' }))
    }
    for (const value of [1, 2, 3]) put(value)
    await settle()
    assert.deepEqual(
      outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : outcome.kind)),
      ['written', 'dead-letter', 'written'],
    )
  })

  it('does not take fewer outcomes than records for success', async () => {
    write = async () => []
    for (const value of [1, 2, 3]) put(value)
    await settle()
    assert.deepEqual(
      outcomes.map((outcome) => (typeof outcome === 'string' ? outcome : outcome.kind)),
      Array(3).fill('dead-letter'),
    )
  })

  it('leaves out records of lost partitions, and writes those behind them', async () => {
    const lost = new Lifetime()
    let end = (): void => {}
    write = async (records) => {
      if (writes.length === 1) await new Promise<void>((resolve) => (end = resolve))
      return records.map(() => ({ kind: 'written' }))
    }
    for (const value of [1, 2, 3]) put(value)
    for (const value of [4, 5, 6]) put(value, lost)
    put(7)
    lost.end()
    end()
    await advance(clock, 50)
    assert.deepEqual(writes, [[1, 2, 3], [7]])
    assert.deepEqual(outcomes.slice(3, 6), Array(3).fill('abandoned'))
  })

  it('abandons what waits when it is stopped', async () => {
    put(1)
    batcher.stop()
    await advance(clock, 100)
    assert.deepEqual(writes, [])
    assert.deepEqual(outcomes, ['abandoned'])
  })
})
