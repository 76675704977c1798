import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  cursorAt,
  hasRoom,
  stepOverEmpty,
  store,
  takeFrom,
} from '../../../drivers/kafka/fetch-cursor.ts'
import { aBatch, aFetchedPartition } from './a-fetched-partition.ts'

const place = { topic: 'mail', partition: 3 }
const offsetsOf = (records: readonly { readonly offset: number }[]) =>
  records.map(({ offset }) => offset)

describe('a cursor of fetched records', () => {
  it('gives what was fetched in order, in as many steps as are taken', () => {
    const cursor = cursorAt(place, 4)
    store(cursor, aFetchedPartition([aBatch([3, 4, 5])]))
    assert.deepEqual(offsetsOf(takeFrom(cursor, 1)), [4])
    store(cursor, aFetchedPartition([aBatch([6, 7])]))
    assert.deepEqual(offsetsOf(takeFrom(cursor, 10)), [5, 6, 7])
    assert.deepEqual([cursor.next, cursor.told, cursor.bytes], [8, 8, 0])
  })

  it('has room until it holds as many records or bytes as it may, and none while it is paused', () => {
    const cursor = cursorAt(place, 0)
    store(cursor, aFetchedPartition([aBatch([0, 1])]))
    const bytes = cursor.bytes
    assert.ok(hasRoom(cursor, { maxPollRecords: 3, fetchBytesPerPartition: bytes + 1 }))
    assert.ok(!hasRoom(cursor, { maxPollRecords: 2, fetchBytesPerPartition: bytes + 1 }))
    assert.ok(!hasRoom(cursor, { maxPollRecords: 3, fetchBytesPerPartition: bytes }))
    cursor.paused = true
    assert.ok(!hasRoom(cursor, { maxPollRecords: 3, fetchBytesPerPartition: bytes + 1 }))
  })

  it('steps over an offset only when two fetches brought nothing of it', () => {
    const cursor = cursorAt(place, 7)
    stepOverEmpty(cursor, aFetchedPartition([]))
    assert.deepEqual([cursor.next, cursor.suspect], [7, true])
    stepOverEmpty(cursor, aFetchedPartition([]))
    assert.equal(cursor.next, 8)
  })
})
