import assert from 'node:assert/strict'
import { closeSync, openSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { createFileCalls, type FileCalls } from '../../../drivers/embedded/files/file-calls.ts'

/** Calls of a disk that takes `ms` of a clock by hand to open a file. */
const aDisk = (first: number) => {
  let ms = first
  let now = 0
  const quick = { open: () => ((now += ms), 3) } as unknown as FileCalls
  const calls = createFileCalls(() => now, quick)
  const pass = (more: number): void => void (now += more)
  const take = (each: number): void => void (ms = each)
  return { calls, pass, take }
}

describe('the calls that read files', () => {
  it('are made at once as long as the disk is quick', () => {
    const { calls } = aDisk(2)
    const before = calls()
    for (let count = 0; count < 1_000; count++) assert.equal(before.open('file', 0), 3)
    assert.equal(calls(), before)
  })

  it('are made at once after a single one that was interrupted', () => {
    const { calls, take } = aDisk(0)
    const before = calls()
    take(60)
    void before.open('file', 0)
    take(0)
    for (let count = 0; count < 32; count++) void before.open('file', 0)
    take(60)
    void before.open('file', 0)
    assert.equal(calls(), before)
  })

  it('are waited for when many are slow, for ten seconds', () => {
    const { calls, pass } = aDisk(6)
    const before = calls()
    for (let count = 0; count < 10; count++) void before.open('file', 0)
    assert.equal(calls(), before)
    void before.open('file', 0)
    assert.notEqual(calls(), before)
    pass(9_999)
    assert.notEqual(calls(), before)
    pass(1)
    assert.equal(calls(), before)
  })

  it('are waited for at once after one that stood still', () => {
    const { calls } = aDisk(65)
    const before = calls()
    void before.open('file', 0)
    assert.notEqual(calls(), before)
  })

  it('count a slow one that failed', () => {
    let now = 0
    const failing = {
      open: () => {
        now += 65
        throw new Error('gone')
      },
    } as unknown as FileCalls
    const calls = createFileCalls(() => now, failing)
    const before = calls()
    assert.throws(() => before.open('file', 0))
    assert.notEqual(calls(), before)
  })

  it('wait for a large piece however quick the disk', async () => {
    const quick = { read: () => assert.fail('not at once') } as unknown as FileCalls
    const path = fileURLToPath(import.meta.url)
    const descriptor = openSync(path, 'r')
    try {
      const buffer = Buffer.alloc(2 * 1024 * 1024)
      const bytes = await createFileCalls(undefined, quick)().read(descriptor, buffer, 0)
      assert.equal(bytes, statSync(path).size)
    } finally {
      closeSync(descriptor)
    }
  })
})
