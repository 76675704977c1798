import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { runScript } from './repository.ts'

describe('new:processor', () => {
  for (const name of ['Translate', 'do it', '../escape', '', 'delete', 'a'.repeat(60)])
    it(`refuses the name "${name.slice(0, 12)}"`, () => {
      const { status, stderr } = runScript('new-processor.mjs', name)
      assert.equal(status, 2)
      assert.match(stderr, /no name for a processor|reserved word|usage/)
    })

  it('overwrites nothing', () => {
    const { status, stderr } = runScript('new-processor.mjs', 'redact')
    assert.equal(status, 2)
    assert.match(stderr, /processors\/redact\/options\.ts exists already; nothing was written/)
  })
})
