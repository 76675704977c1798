import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FetchedMessage, FetchedPartition } from '../../../drivers/kafka/kafkajs.ts'
import { visibleRecords } from '../../../drivers/kafka/visible-records.ts'

interface Changes extends Partial<Omit<FetchedMessage, 'batchContext'>> {
  readonly producer?: string
  readonly first?: number
  readonly lastDelta?: number
}

const message = (offset: number, changes: Changes = {}): FetchedMessage => {
  const { producer, first, lastDelta, ...rest } = changes
  return {
    offset: String(offset),
    timestamp: '5',
    key: Buffer.from('k'),
    value: Buffer.from(`${offset}`),
    headers: {},
    isControlRecord: false,
    batchContext: {
      firstOffset: String(first ?? offset),
      lastOffsetDelta: lastDelta ?? 0,
      producerId: producer ?? '-1',
      inTransaction: producer !== undefined,
    },
    ...rest,
  }
}

const fetched = (
  messages: readonly FetchedMessage[],
  abortedTransactions: FetchedPartition['abortedTransactions'] = [],
): FetchedPartition => ({
  partition: 0,
  highWatermark: '100',
  lastStableOffset: '100',
  abortedTransactions,
  messages,
})

const offsets = ({ records }: ReturnType<typeof visibleRecords>): readonly number[] =>
  records.map(({ offset }) => offset)

describe('what of a fetch is visible', () => {
  it('leaves out records before the wanted offset, which come with their batch', () => {
    const batch = [3, 4, 5].map((offset) => message(offset, { first: 3, lastDelta: 2 }))
    const visible = visibleRecords(fetched(batch), 4)
    assert.deepEqual(offsets(visible), [4, 5])
    assert.equal(visible.next, 6)
  })

  it('goes on after the whole batch, also when its last records were compacted away', () => {
    const visible = visibleRecords(fetched([message(3, { first: 3, lastDelta: 6 })]), 5)
    assert.deepEqual(offsets(visible), [])
    assert.equal(visible.next, 10)
  })

  it('leaves out an aborted transaction and the marks, but not what others wrote between', () => {
    const messages = [
      message(0, { producer: '7' }),
      message(1, { producer: '8' }),
      message(2),
      message(3, { producer: '7' }),
      message(4, { producer: '7', isControlRecord: true }),
      message(5, { producer: '8', isControlRecord: true }),
      message(6, { producer: '7' }),
    ]
    const visible = visibleRecords(fetched(messages, [{ producerId: '7', firstOffset: '0' }]), 0)
    assert.deepEqual(offsets(visible), [1, 2, 6])
    assert.equal(visible.next, 7)
  })

  it('takes a missing key for an empty one, and the last of equal headers', () => {
    const headers = { a: [Buffer.from('1'), Buffer.from('2')], b: null }
    const [record] = visibleRecords(fetched([message(0, { key: null, headers })]), 0).records
    assert.equal(record?.key.length, 0)
    assert.deepEqual(Buffer.from(record?.headers['a'] ?? []).toString(), '2')
    assert.equal(record?.headers['b']?.length, 0)
  })

  it('stays where it is when nothing came', () => {
    assert.deepEqual(visibleRecords(fetched([]), 9), { records: [], next: 9 })
  })
})
