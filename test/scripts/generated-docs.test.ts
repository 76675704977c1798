import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runScript } from './repository.ts'

describe('generated pages and modules', () => {
  it('docs/configuration.md says what config/schema.ts says', () => {
    const { status, stderr } = runScript('generate-config-docs.mjs', '--check')
    assert.equal(status, 0, stderr)
  })

  it('docs/metrics.md names the metrics there are, and no others', () => {
    const { status, stderr } = runScript('generate-metric-docs.mjs', '--check')
    assert.equal(status, 0, stderr)
  })

  it('docs/datasets.md has the columns there are, each with its meaning', () => {
    const { status, stderr } = runScript('generate-dataset-docs.mjs', '--check')
    assert.equal(status, 0, stderr)
  })

  it('modules of WebAssembly hold what the texts beside them say', () => {
    const { status, stderr } = runScript('generate-wasm.mjs', '--check')
    assert.equal(status, 0, stderr)
  })
})
