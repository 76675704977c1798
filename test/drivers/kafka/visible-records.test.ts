import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { FetchedPartition } from '../../../drivers/kafka/kafkajs.ts'
import { visibleRecords } from '../../../drivers/kafka/visible-records.ts'
import type { FetchedBatch } from '../../../drivers/kafka/wire/decode-batches.ts'

interface Changes {
  readonly producer?: string
  readonly isControl?: boolean
  readonly nextOffset?: number
}

const batch = (offsets: readonly number[], changes: Changes = {}): FetchedBatch => ({
  firstOffset: offsets[0] ?? 0,
  nextOffset: changes.nextOffset ?? (offsets.at(-1) ?? 0) + 1,
  producerId: changes.producer ?? '-1',
  inTransaction: changes.producer !== undefined,
  isControl: changes.isControl ?? false,
  read: (unwanted) =>
    offsets
      .filter((offset) => !unwanted?.(offset))
      .map((offset) => ({
        offset,
        timestamp: 5,
        key: Buffer.from('k'),
        value: Buffer.from(`${offset}`),
        headers: {},
      })),
})

const fetched = (
  messages: readonly FetchedBatch[],
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
    const visible = visibleRecords(fetched([batch([3, 4, 5])]), 4)
    assert.deepEqual(offsets(visible), [4, 5])
    assert.equal(visible.next, 6)
  })

  it('leaves out what is done, and goes on behind it', () => {
    const done = new Set([4, 6])
    const visible = visibleRecords(fetched([batch([3, 4]), batch([5, 6])]), 3, (offset) =>
      done.has(offset),
    )
    assert.deepEqual(offsets(visible), [3, 5])
    assert.equal(visible.next, 7)
  })

  it('goes on after the whole batch, also when its last records were compacted away', () => {
    const visible = visibleRecords(fetched([batch([3], { nextOffset: 10 })]), 5)
    assert.deepEqual(offsets(visible), [])
    assert.equal(visible.next, 10)
  })

  it('leaves out an aborted transaction and the marks, but not what others wrote between', () => {
    const messages = [
      batch([0], { producer: '7' }),
      batch([1], { producer: '8' }),
      batch([2]),
      batch([3], { producer: '7' }),
      batch([4], { producer: '7', isControl: true }),
      batch([5], { producer: '8', isControl: true }),
      batch([6], { producer: '7' }),
    ]
    const visible = visibleRecords(fetched(messages, [{ producerId: '7', firstOffset: '0' }]), 0)
    assert.deepEqual(offsets(visible), [1, 2, 6])
    assert.equal(visible.next, 7)
  })

  it('stays where it is when nothing came', () => {
    assert.deepEqual(visibleRecords(fetched([]), 9), { records: [], next: 9 })
  })
})
