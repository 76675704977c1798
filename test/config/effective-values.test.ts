import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { effectiveValues } from '../../config/effective-values.ts'
import { optionLeaves } from '../../config/option-tree.ts'
import { aConfigInput, loaded } from './a-config-input.ts'

describe('effective values', () => {
  it('name every option with a doc, an origin and a variable', () => {
    const values = effectiveValues(loaded(aConfigInput('tenant: acme\n')))
    assert.ok(values.length >= optionLeaves.length)
    for (const value of values) assert.ok(value.doc.length > 10, value.option)
    assert.deepEqual(
      values
        .filter(({ origin }) => origin !== 'default')
        .map(({ option, origin }) => [option, origin]),
      [['tenant', './profile.yaml:1:1']],
    )
    const drain = values.find(({ option }) => option === 'runtime.drainMs')
    assert.equal(drain?.variable, 'ARCHIVE_STREAMS_RUNTIME__DRAIN_MS')
  })

  it('mask secrets', () => {
    const environment = { ARCHIVE_STREAMS_REDACT__KEYS__MAIN: 'hunter2' }
    const values = effectiveValues(loaded(aConfigInput('', { environment })))
    const key = values.find(({ option }) => option === 'redact.keys.main')
    assert.equal(key?.value, '********')
    assert.equal(key.origin, 'ARCHIVE_STREAMS_REDACT__KEYS__MAIN')
    assert.doesNotMatch(JSON.stringify(values), /hunter2/)
  })
})
