import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import { copyOf, inScratch, runScript } from './repository.ts'

interface Schema {
  fields: { name: string; type: unknown; doc: string; default?: unknown }[]
}

const edit = (folder: string, subject: string, change: (schema: Schema) => void): void => {
  const path = join(folder, `${subject}.avsc`)
  const schema = JSON.parse(readFileSync(path, 'utf8')) as Schema
  change(schema)
  writeFileSync(path, JSON.stringify(schema))
}

/** Runs the gate on a copy of the schemas that `change` has edited. */
const gate = (change: (folder: string) => void) => {
  let result = { status: null as number | null, stderr: '', stdout: '' }
  inScratch((scratch) => {
    const folder = copyOf('schemas', scratch)
    change(folder)
    result = { ...result, ...runScript('check-schemas.mjs', '--schemas', folder) }
  })
  return result
}

describe('the schema gate', () => {
  it('passes the schemas as they are, generated types included', () => {
    const { status, stderr, stdout } = runScript('check-schemas.mjs')
    assert.equal(status, 0, stderr)
    assert.match(stdout, /\d+ schemas are compatible/)
  })

  it('names the field of a change that old readers cannot take', () => {
    const { status, stderr } = gate((folder) =>
      edit(folder, 'chunk-set', (schema) => {
        schema.fields.push({ name: 'brandNew', type: 'int', doc: 'Without default.' })
      }),
    )
    assert.equal(status, 1)
    assert.match(stderr, /chunk-set\.brandNew: has no default .*current reads version 1/)
  })

  it('names a field deep inside', () => {
    const { status, stderr } = gate((folder) =>
      edit(folder, 'summary', (schema) => {
        const made = schema.fields.find(({ name }) => name === 'producedBy')?.type as Schema
        const version = made.fields.find(({ name }) => name === 'stageVersion')
        assert.ok(version)
        version.type = 'string'
      }),
    )
    assert.equal(status, 1)
    assert.match(stderr, /summary\.producedBy\.stageVersion: int cannot be read as string/)
  })

  it('takes a field with a default, and releases it as the next version', () => {
    inScratch((scratch) => {
      const folder = copyOf('schemas', scratch)
      // What was changed since the last release is not what is looked at here.
      runScript('release-schemas.mjs', '--schemas', folder)
      const released = (): readonly string[] => readdirSync(join(folder, 'released', 'summary'))
      const next = `${released().length + 1}.avsc`
      edit(folder, 'summary', (schema) => {
        schema.fields.push({ name: 'mood', type: 'string', doc: 'A mood.', default: '' })
      })
      assert.equal(runScript('check-schemas.mjs', '--schemas', folder).status, 0)
      const { stdout } = runScript('release-schemas.mjs', '--schemas', folder)
      assert.equal(stdout, `released summary/${next}\n`)
      assert.ok(released().includes(next))
      assert.equal(runScript('check-schemas.mjs', '--schemas', folder).status, 0)
      assert.equal(
        runScript('release-schemas.mjs', '--schemas', folder).stdout,
        'nothing changed\n',
      )
    })
  })

  it('notices a released version that was edited', () => {
    const { status, stderr } = gate((folder) =>
      edit(join(folder, 'released'), 'ledger-entry/1', (schema) => schema.fields.pop()),
    )
    assert.equal(status, 1)
    assert.match(stderr, /released\/ledger-entry\/1\.avsc: is not as it was released/)
  })

  it('notices a subject that is gone', () => {
    const { status, stderr } = gate((folder) => rmSync(join(folder, 'ledger-entry.avsc')))
    assert.equal(status, 1)
    assert.match(stderr, /ledger-entry: was released and is gone/)
  })
})
