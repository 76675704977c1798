import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { asDocumentId, asTenantId } from '../../../schemas/brands.ts'
import { encodeSegment, objectName, revisionInName } from '../../../topology/model/object-name.ts'

describe('object names', () => {
  it('encode any string into one segment that gives it back', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: fc.constantFrom('.', 'a') })),
        (text) => {
          const segment = encodeSegment(text)
          assert.match(segment, /^[A-Za-z0-9._%-]*$/)
          assert.doesNotMatch(segment, /^\.|\.$/)
          assert.equal(decodeURIComponent(segment), Buffer.from(text).toString())
        },
      ),
    )
  })

  it('sort by revision and give it back', () => {
    const owner = { tenantId: asTenantId('t'), documentId: asDocumentId('abc') }
    const names = [2n, 10n, 2n ** 63n - 1n].map((revision) =>
      objectName('area', { ...owner, revision }, 'rest.avro'),
    )
    assert.deepEqual([...names].sort(), names)
    assert.deepEqual(
      names.map((name) => revisionInName('area', owner, name)),
      [2n, 10n, 2n ** 63n - 1n],
    )
    assert.equal(revisionInName('other', owner, names[0]!), undefined)
    assert.equal(
      revisionInName('area', { ...owner, documentId: asDocumentId('ab') }, names[0]!),
      undefined,
    )
  })
})
