import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { collectSometimes, openCollector } from '../../../drivers/workers/collect-sometimes.ts'

const nextTurn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

describe('collecting now and then', () => {
  it('is done with every so manieth call', () => {
    let collected = 0
    const call = collectSometimes(3, () => void (collected += 1))
    const after = Array.from({ length: 7 }, () => {
      call()
      return collected
    })
    assert.deepEqual(after, [0, 0, 1, 1, 1, 2, 2])
  })

  it('frees at once what nobody holds', async () => {
    const collect = openCollector()
    const held = new WeakRef(new ArrayBuffer(1024))
    await nextTurn()
    collect()
    assert.equal(held.deref(), undefined)
  })

  it('leaves the collector to nobody else', () => {
    openCollector()
    assert.equal('gc' in globalThis, false)
  })
})
