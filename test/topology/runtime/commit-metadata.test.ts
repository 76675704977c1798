import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { maxMetadataLength } from '../../../topology/ports/record-log.ts'
import { decodeNote, encodeNote, maxSpan } from '../../../topology/runtime/commit-metadata.ts'

const hash = '0123456789ab'
const none = { kind: 'none' } as const

describe('Commit metadata', () => {
  it('gives any done-map back', () => {
    const offsets = fc.uniqueArray(fc.nat({ max: maxSpan - 1 }), { minLength: 1, maxLength: 200 })
    fc.assert(
      fc.property(offsets, fc.nat(), (relative, position) => {
        const done = relative.toSorted((a, b) => a - b).map((each) => each + position)
        const text = encodeNote(hash, position, { kind: 'done', offsets: done })
        assert.deepEqual(decodeNote(hash, position, text), { kind: 'done', offsets: done })
      }),
    )
  })

  it('gives a claim back', () => {
    const text = encodeNote(hash, 5, { kind: 'claim', end: 5_000_000_000 })
    assert.deepEqual(decodeNote(hash, 5, text), { kind: 'claim', end: 5_000_000_000 })
  })

  it('is empty when there is nothing to say', () => {
    assert.equal(encodeNote(hash, 0, none), '')
    assert.equal(encodeNote(hash, 0, { kind: 'done', offsets: [] }), '')
    assert.deepEqual(decodeNote(hash, 0, ''), none)
  })

  it('fits what the log takes, however full the map is', () => {
    const offsets = Array.from({ length: maxSpan }, (_, i) => i)
    const text = encodeNote('0123456789abcdef', 0, { kind: 'done', offsets })
    assert.ok(text.length <= maxMetadataLength, `${text.length}`)
  })

  it('refuses a map that spans too much', () => {
    assert.throws(() => encodeNote(hash, 0, { kind: 'done', offsets: [maxSpan] }), /spans/)
  })

  it('means nothing when it is of another topology, another version or damaged', () => {
    const text = encodeNote(hash, 0, { kind: 'done', offsets: [1, 2] })
    assert.deepEqual(decodeNote('another', 0, text), none)
    assert.deepEqual(decodeNote(hash, 0, text.replace(/^a1/, 'a2')), none)
    assert.deepEqual(decodeNote(hash, 0, `${text.slice(0, -2)}AA`), none)
    assert.deepEqual(decodeNote(hash, 0, 'written by somebody else'), none)
  })
})
