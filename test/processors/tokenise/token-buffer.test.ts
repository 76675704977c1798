import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { TokenBuffer } from '../../../processors/tokenise/token-buffer.ts'

describe('the buffer of tokens', () => {
  it('is small again after a huge document', () => {
    const buffer = new TokenBuffer({ marks: true })
    for (let token = 0; token < 200_000; token++) buffer.push(token, token, token + 1)
    assert.equal(buffer.take().ids.length, 200_000)
    assert.deepEqual([buffer.ids.length, buffer.offsets.length], [65_536, 131_072])
  })

  it('takes the next document as before', () => {
    const buffer = new TokenBuffer()
    for (let token = 0; token < 200_000; token++) buffer.push(token, token, token + 1)
    buffer.take()
    buffer.push(7, 2, 5)
    const { ids, offsets } = buffer.take()
    assert.deepEqual([[...ids], [...offsets]], [[7], [2, 5]])
  })
})
