import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { Semaphore } from '../../../topology/runtime/semaphore.ts'
import { settle } from '../../../topology/testing/settle.ts'

describe('The semaphore', () => {
  it('lets in as many as it may, and the next in order of arrival', async () => {
    const semaphore = new Semaphore(2)
    const inside: number[] = []
    for (const id of [1, 2, 3, 4]) void semaphore.enter().then(() => inside.push(id))
    await settle()
    assert.deepEqual(inside, [1, 2])
    semaphore.leave()
    await settle()
    assert.deepEqual(inside, [1, 2, 3])
  })

  it('hands a place on without letting anybody in between', async () => {
    const semaphore = new Semaphore(1)
    assert.ok(semaphore.tryEnter())
    const waiting = semaphore.enter()
    semaphore.leave()
    assert.equal(semaphore.tryEnter(), false)
    await waiting
    semaphore.leave()
    assert.ok(semaphore.tryEnter())
  })
})
