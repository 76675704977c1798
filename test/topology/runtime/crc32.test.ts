import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { crc32 } from '../../../topology/runtime/crc32.ts'

describe('crc32', () => {
  it('gives the check value of the standard', () => {
    assert.equal(crc32('123456789'), 0xcbf43926)
    assert.equal(crc32(''), 0)
  })
})
