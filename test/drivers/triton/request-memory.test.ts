import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { createRequestMemory } from '../../../drivers/triton/request-memory.ts'

const KB = 1024

describe('memory of requests', () => {
  it('is taken again by a request of about the same size', () => {
    const memory = createRequestMemory()
    const first = memory.take(300 * KB)
    memory.giveBack(first)
    const second = memory.take(290 * KB)
    assert.equal(second.buffer, first.buffer)
    assert.equal(second.length, 290 * KB)
  })

  it('is not taken by a request that is much smaller', () => {
    const memory = createRequestMemory()
    const first = memory.take(900 * KB)
    memory.giveBack(first)
    assert.notEqual(memory.take(100 * KB).buffer, first.buffer)
  })

  it('is kept up to so many bytes', () => {
    const memory = createRequestMemory(256 * KB)
    const [first, second] = [memory.take(200 * KB), memory.take(200 * KB)]
    memory.giveBack(first)
    memory.giveBack(second)
    assert.equal(memory.take(200 * KB).buffer, second.buffer)
    assert.notEqual(memory.take(200 * KB).buffer, first.buffer)
  })

  it('belongs to one at a time, in the size that was asked for, from where typed arrays may begin', () => {
    const size = fc.integer({ min: 0, max: 400 * KB })
    fc.assert(
      fc.property(fc.array(fc.tuple(size, fc.boolean()), { maxLength: 60 }), (steps) => {
        const memory = createRequestMemory(600 * KB)
        const inUse = new Set<Buffer>()
        for (const [bytes, givesBack] of steps) {
          const taken = memory.take(bytes)
          assert.deepEqual([taken.length, taken.byteOffset], [bytes, 0])
          if (bytes > 0) assert.ok([...inUse].every(({ buffer }) => buffer !== taken.buffer))
          inUse.add(taken)
          const [oldest] = inUse
          if (!givesBack || !oldest) continue
          inUse.delete(oldest)
          memory.giveBack(oldest)
        }
      }),
    )
  })
})
