import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runScript } from './repository.ts'

describe('generated pages', () => {
  it('docs/configuration.md says what config/schema.ts says', () => {
    const { status, stderr } = runScript('generate-config-docs.mjs', '--check')
    assert.equal(status, 0, stderr)
  })
})
