import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { incompatibilities } from '../../schemas/compatibility.ts'
import { codecs } from '../../schemas/generated/codecs.ts'

const record = (...fields: readonly unknown[]): string =>
  JSON.stringify({ type: 'record', name: 'R', fields })

const field = (type: unknown, rest: object = {}) => ({ name: 'f', type, ...rest })

const problems = (reader: string, writer: string): readonly string[] =>
  incompatibilities(reader, writer).map(({ path, message }) => `${path}: ${message}`)

const kind = (symbols: readonly string[], rest: object = {}) => ({
  type: 'enum',
  name: 'K',
  symbols,
  ...rest,
})

describe('schema compatibility', () => {
  it('holds for every schema of the package with itself', () => {
    for (const { schema } of codecs) assert.deepEqual(problems(schema, schema), [])
  })

  it('wants a default for a field that the writer lacks', () => {
    assert.deepEqual(problems(record(field('int')), record()), [
      'f: has no default and is missing on the other side',
    ])
    assert.deepEqual(problems(record(field('int', { default: 1 })), record()), [])
    assert.deepEqual(problems(record(), record(field('int'))), [])
  })

  it('knows renamed fields by their alias', () => {
    const renamed = record({ name: 'g', type: 'int', aliases: ['f'] })
    assert.deepEqual(problems(renamed, record(field('int'))), [])
  })

  it('wants a default for an enum whose writer knows more symbols', () => {
    const wider = record(field(kind(['A', 'B'])))
    assert.deepEqual(problems(record(field(kind(['A']))), wider), [
      'f: symbol B is unknown on the other side, and the enum has no default',
    ])
    assert.deepEqual(problems(record(field(kind(['A'], { default: 'A' }))), wider), [])
  })

  it('follows the promotions of the Avro specification, and no others', () => {
    assert.deepEqual(problems(record(field('long')), record(field('int'))), [])
    assert.deepEqual(problems(record(field('int')), record(field('long'))), [
      'f: long cannot be read as int',
    ])
  })

  it('reads a value as a union that has its branch', () => {
    const optional = record(field(['null', 'string']))
    assert.deepEqual(problems(optional, record(field('string'))), [])
    assert.deepEqual(problems(record(field('string')), optional), [
      'f: null cannot be read as string',
    ])
    assert.deepEqual(problems(optional, record(field(['null', 'int']))), [
      'f: no branch of the union reads int',
    ])
  })

  it('names the field inside lists, maps, unions and records', () => {
    const inner = (type: unknown) => ({ type: 'record', name: 'I', fields: [{ name: 'x', type }] })
    const nest = (type: unknown) =>
      record(field({ type: 'array', items: { type: 'map', values: ['null', inner(type)] } }))
    assert.deepEqual(problems(nest('int'), nest('string')), [
      'f[]{}.x: string cannot be read as int',
    ])
  })

  it('does not let a long become a time', () => {
    const time = { type: 'long', logicalType: 'timestamp-millis' }
    assert.deepEqual(problems(record(field(time)), record(field('long'))), [
      'f: logical type none is read as timestamp-millis',
    ])
  })

  it('ends on a record inside itself', () => {
    const list = record(field('int'), { name: 'next', type: ['null', 'R'], default: null })
    assert.deepEqual(problems(list, list), [])
  })
})
