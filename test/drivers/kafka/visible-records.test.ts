import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { visibleRecords } from '../../../drivers/kafka/visible-records.ts'
import { aBatch, aFetchedPartition } from './a-fetched-partition.ts'

const offsets = ({ records }: ReturnType<typeof visibleRecords>): readonly number[] =>
  records.map(({ offset }) => offset)

describe('what of a fetch is visible', () => {
  it('leaves out records before the wanted offset, which come with their batch', () => {
    const visible = visibleRecords(aFetchedPartition([aBatch([3, 4, 5])]), 4)
    assert.deepEqual(offsets(visible), [4, 5])
    assert.equal(visible.next, 6)
  })

  it('leaves out what is done, and goes on behind it', () => {
    const done = new Set([4, 6])
    const visible = visibleRecords(
      aFetchedPartition([aBatch([3, 4]), aBatch([5, 6])]),
      3,
      (offset) => done.has(offset),
    )
    assert.deepEqual(offsets(visible), [3, 5])
    assert.equal(visible.next, 7)
  })

  it('goes on after the whole batch, also when its last records were compacted away', () => {
    const visible = visibleRecords(aFetchedPartition([aBatch([3], { nextOffset: 10 })]), 5)
    assert.deepEqual(offsets(visible), [])
    assert.equal(visible.next, 10)
  })

  it('leaves out an aborted transaction and the marks, but not what others wrote between', () => {
    const messages = [
      aBatch([0], { producer: '7' }),
      aBatch([1], { producer: '8' }),
      aBatch([2]),
      aBatch([3], { producer: '7' }),
      aBatch([4], { producer: '7', isControl: true }),
      aBatch([5], { producer: '8', isControl: true }),
      aBatch([6], { producer: '7' }),
    ]
    const visible = visibleRecords(
      aFetchedPartition(messages, [{ producerId: '7', firstOffset: '0' }]),
      0,
    )
    assert.deepEqual(offsets(visible), [1, 2, 6])
    assert.equal(visible.next, 7)
  })

  it('stays where it is when nothing came', () => {
    assert.deepEqual(visibleRecords(aFetchedPartition([]), 9), { records: [], next: 9 })
  })
})
