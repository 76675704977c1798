import assert from 'node:assert/strict'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, it } from 'mocha'
import { createJobMemory, mostBytes } from '../../../drivers/embedded/object-store/job-memory.ts'
import type { WriteJob, WrittenJobs } from '../../../drivers/embedded/object-store/write-aside.ts'
import { temporaryFolder } from './temporary-folder.ts'

const aJob = (bytes: Uint8Array, id = 1, folder = '/nowhere'): WriteJob => ({
  id,
  temporary: join(folder, `${id}.tmp`),
  path: join(folder, `${id}`),
  bytes,
})

describe('the memory of jobs for the writing thread', () => {
  it('holds the bytes of all jobs one behind the other', () => {
    const { jobs, memory } = createJobMemory().pack([
      aJob(Buffer.from('first')),
      aJob(Buffer.from('second'), 2),
    ])
    assert.deepEqual(
      jobs.map(({ bytes }) => Buffer.from(bytes).toString()),
      ['first', 'second'],
    )
    assert.ok(jobs.every(({ bytes }) => bytes.buffer === memory))
  })

  it('is used again once it came back', () => {
    const memory = createJobMemory()
    const first = memory.pack([aJob(Buffer.from('first'))])
    memory.giveBack(first.memory)
    const second = memory.pack([aJob(Buffer.from('second'))])
    assert.equal(second.memory, first.memory)
    assert.notEqual(memory.pack([aJob(Buffer.from('third'))]).memory, first.memory)
  })

  it('of a large file is not kept, nor more than a few pieces', () => {
    const memory = createJobMemory()
    const large = memory.pack([aJob(new Uint8Array(mostBytes + 1))])
    assert.equal(large.memory.byteLength, mostBytes + 1)
    memory.giveBack(large.memory)
    const pieces = Array.from({ length: 9 }, () => memory.pack([aJob(new Uint8Array(1))]).memory)
    for (const piece of pieces) memory.giveBack(piece)
    const again = pieces.map(() => memory.pack([aJob(new Uint8Array(1))]).memory)
    assert.equal(again.filter((piece) => pieces.includes(piece)).length, 4)
  })

  it('comes back from the thread with the answers', async () => {
    const folder = temporaryFolder()
    const module = '../../../drivers/embedded/object-store/write-worker'
    const worker = new Worker(new URL(`${module}${import.meta.url.slice(-3)}`, import.meta.url))
    try {
      const packed = createJobMemory().pack([aJob(Buffer.from('words'), 7, folder.path)])
      worker.postMessage(packed, [packed.memory])
      assert.equal(packed.memory.byteLength, 0)
      const [written] = (await once(worker, 'message')) as [WrittenJobs]
      assert.deepEqual(written.answers, [{ id: 7, kind: 'written' }])
      assert.equal(written.memory.byteLength, mostBytes)
      assert.equal(readFileSync(join(folder.path, '7'), 'utf8'), 'words')
    } finally {
      await worker.terminate()
      folder.remove()
    }
  })
})
