import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import {
  createFileCalls,
  type FileCalls,
} from '../../../drivers/embedded/source-store/file-calls.ts'

/** Calls of a disk that takes `ms` of a clock by hand to open a file. */
const aDisk = (ms: number) => {
  let now = 0
  const quick = { open: () => ((now += ms), 3) } as unknown as FileCalls
  const calls = createFileCalls(() => now, quick)
  return { calls, pass: (more: number) => void (now += more) }
}

describe('the calls that read files', () => {
  it('are made at once as long as the disk is quick', () => {
    const { calls } = aDisk(4)
    const before = calls()
    assert.equal(before.open('file', 0), 3)
    assert.equal(calls(), before)
  })

  it('are waited for after a slow one, for ten seconds', () => {
    const { calls, pass } = aDisk(6)
    const before = calls()
    void before.open('file', 0)
    assert.notEqual(calls(), before)
    pass(9_999)
    assert.notEqual(calls(), before)
    pass(1)
    assert.equal(calls(), before)
  })

  it('count a slow one that failed', () => {
    let now = 0
    const failing = {
      open: () => {
        now += 6
        throw new Error('gone')
      },
    } as unknown as FileCalls
    const calls = createFileCalls(() => now, failing)
    const before = calls()
    assert.throws(() => before.open('file', 0))
    assert.notEqual(calls(), before)
  })
})
