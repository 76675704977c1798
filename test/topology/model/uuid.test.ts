import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { asTenantId, asUri } from '../../../schemas/brands.ts'
import { documentIdOf, uuidV5 } from '../../../topology/model/uuid.ts'

describe('name-based ids', () => {
  it('agree with the example of RFC 9562', () => {
    const dns = '6ba7b810-9dad-11d1-80b4-00c04fd430c8'
    assert.equal(uuidV5('www.example.com', dns), '2ed6657d-e927-568b-95e1-2665a8aea6a2')
  })

  it('differ by tenant and by place', () => {
    const ids = [
      documentIdOf(asTenantId('a'), asUri('file:///x')),
      documentIdOf(asTenantId('b'), asUri('file:///x')),
      documentIdOf(asTenantId('a'), asUri('file:///y')),
    ]
    assert.equal(new Set(ids).size, 3)
  })
})
