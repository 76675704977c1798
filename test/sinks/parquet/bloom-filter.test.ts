import assert from 'node:assert/strict'
import fc from 'fast-check'
import { BloomBuilder } from 'hyparquet-writer/src/bloom.js'
import { describe, it } from 'mocha'
import { bloomFilterOf } from '../../../sinks/parquet/bloom-filter.ts'
import { PageBuffer } from '../../../sinks/parquet/page-buffer.ts'

const ours = (values: readonly string[]): Uint32Array | undefined => {
  const plain = new PageBuffer(16)
  for (const value of values) plain.text(value)
  return bloomFilterOf(plain.contents(), values.length)
}

const reference = (values: readonly string[]): Uint32Array | undefined => {
  const builder = new BloomBuilder({ name: 'id', type: 'BYTE_ARRAY', converted_type: 'UTF8' })
  for (const value of values) builder.insert(value)
  return builder.finalize()
}

describe('a bloom filter', () => {
  it('is bit by bit that of the library', () => {
    const values = fc.uniqueArray(fc.string({ unit: 'grapheme' }), { maxLength: 300 })
    fc.assert(fc.property(values, (ids) => assert.deepEqual(ours(ids), reference(ids))))
  })

  it('is bit by bit that of the library with very many values', () => {
    const ids = Array.from({ length: 20_000 }, (_, n) => `id ${n}`)
    assert.deepEqual(ours(ids), reference(ids))
  })
})
