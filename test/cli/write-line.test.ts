import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { lineWriter } from '../../cli/write-line.ts'
import { settle } from '../../topology/testing/settle.ts'

describe('lineWriter', () => {
  it('waits until a full stream has drained', async () => {
    const written: string[] = []
    let drained = (): void => {}
    const write = lineWriter({
      write: (text) => written.push(text) < 2,
      once: (_event, listener) => (drained = listener),
    })
    await write('one')
    let done = false
    const second = write('two').then(() => (done = true))
    await settle()
    assert.equal(done, false)
    drained()
    await second
    assert.deepEqual(written, ['one\n', 'two\n'])
  })

  it('never waits for a stream that does not tell', async () => {
    await lineWriter({ write: () => {} })('one')
    await lineWriter({ write: () => false })('two')
  })
})
