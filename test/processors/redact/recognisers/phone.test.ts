import assert from 'node:assert/strict'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { describe, it } from 'mocha'
import { detect } from '../../../../processors/redact/redact.ts'
import { somePolicy } from '../some-policy.ts'

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const heapBytes = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed
}

const documentBytes = 1_000_000
const documents = 40

describe('telephone numbers', () => {
  it('are remembered without the documents that they stood in', () => {
    const policy = somePolicy({ entities: { PHONE_NUMBER: {} } })
    const look = (index: number): number =>
      detect(`call +49301234${56_789 + index}, ${'and so on '.repeat(documentBytes / 10)}`, policy)
        .length
    assert.equal(look(0), 1)
    const before = heapBytes()
    for (let index = 1; index <= documents; index++) assert.equal(look(index), 1)
    const kept = heapBytes() - before
    assert.ok(kept < 10 * documentBytes, `${kept} bytes are kept of ${documents} documents`)
  })
})
