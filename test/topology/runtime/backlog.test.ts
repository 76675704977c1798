import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import type { LogRecord } from '../../../topology/ports/record-log.ts'
import { Backlog } from '../../../topology/runtime/backlog.ts'

const aRecord = (offset: number): LogRecord => ({
  offset,
  key: new Uint8Array(),
  value: null,
  timestamp: 0,
  headers: {},
})

describe('A backlog', () => {
  it('gives records in the order in which they came, also when more come meanwhile', () => {
    const backlog = new Backlog()
    backlog.add([aRecord(1), aRecord(2)])
    assert.equal(backlog.first?.offset, 1)
    backlog.shift()
    backlog.add([aRecord(3), aRecord(4)])
    assert.equal(backlog.length, 3)
    const taken: (number | undefined)[] = []
    for (; backlog.length > 0; backlog.shift()) taken.push(backlog.first?.offset)
    assert.deepEqual(taken, [2, 3, 4])
    assert.equal(backlog.first, undefined)
  })

  it('is empty after it was cleared, and takes up records again', () => {
    const backlog = new Backlog()
    backlog.add([aRecord(1), aRecord(2)])
    backlog.shift()
    backlog.clear()
    assert.equal(backlog.length, 0)
    backlog.add([aRecord(7)])
    assert.deepEqual([backlog.length, backlog.first?.offset], [1, 7])
  })
})
