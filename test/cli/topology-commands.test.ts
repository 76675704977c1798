import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, it } from 'mocha'
import { runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const golden = fileURLToPath(new URL('../../../topology/topology.json', import.meta.url))

describe('describe', () => {
  it('prints the topology that is committed as topology/topology.json', async () => {
    const { out, code } = await runProgram(['describe', '--format', 'json'])
    assert.equal(code, 0)
    assert.equal(
      out,
      readFileSync(golden, 'utf8'),
      'when the change is meant: node dist/cli/main.js describe --format json > topology/topology.json',
    )
  })

  it('prints JSON with --json too', async () => {
    const { out } = await runProgram(['describe', '--json'])
    assert.equal((JSON.parse(out) as { name: string }).name, 'archive')
  })

  it('draws for people, Mermaid and Graphviz', async () => {
    assert.match((await runProgram(['describe'])).out, /\nprepare +Documents become/)
    assert.match((await runProgram(['describe', '--format', 'mermaid'])).out, /^flowchart LR\n/)
    assert.match((await runProgram(['describe', '--format', 'dot'])).out, /^digraph "archive" \{\n/)
  })
})

describe('diff', () => {
  const folder = temporaryFolder()
  const changed = (change: (text: string) => string): string => {
    const path = join(folder(), 'old.json')
    writeFileSync(path, change(readFileSync(golden, 'utf8')))
    return path
  }

  it('compares with the topology of the profile, and finds nothing in the same', async () => {
    const said = await runProgram(['diff', changed((text) => text)])
    assert.deepEqual([said.code, said.out], [0, 'nothing changed\n'])
  })

  it('answers 10 when old documents must be replayed', async () => {
    const path = changed((text) => text.replace(/("name": "redact"[^}]*"version": )\d+/, '$199'))
    const said = await runProgram(['diff', path, '--json'])
    assert.equal(said.code, 10)
    const { verdict, changes } = JSON.parse(said.out) as {
      verdict: string
      changes: { at: string }[]
    }
    assert.equal(verdict, 'needs-replay')
    assert.deepEqual(
      changes.map(({ at }) => at),
      ['prepare/redact'],
    )
  })

  it('answers 10 for options that change results, and names them', async () => {
    const options = ['chunk.maxTokens=256', 'redact.policy=everything']
    const set = options.flatMap((option) => ['--set', option])
    const said = await runProgram(['diff', changed((text) => text), ...set])
    assert.equal(said.code, 10)
    assert.match(said.out, /needs-replay +prepare\/chunk: maxTokens 512 → 256: results change\n/)
    assert.match(said.out, /prepare\/redact: policyVersion default@\S+ → everything@\S+: results/)
  })

  it('answers 20 when the order of keys breaks', async () => {
    const said = await runProgram(['diff', changed((text) => text), '--set', 'partitions=8'])
    assert.equal(said.code, 20)
    assert.match(said.out, /verdict: breaks-order/)
  })

  it('compares two files, and answers 30 when consumers must change', async () => {
    const old = changed((text) => text.replace('"ledger": "archive.ledger"', '"ledger": "other"'))
    const said = await runProgram(['diff', old, golden])
    assert.equal(said.code, 30)
    assert.match(said.out, /the ledger went to other before/)
  })

  for (const [what, text, message] of [
    ['no JSON', 'x', /old\.json: not JSON/],
    ['no description', '{}', /old\.json: not a description/],
  ] as const)
    it(`says that a file is ${what}`, async () => {
      const said = await runProgram(['diff', changed(() => text)])
      assert.equal(said.code, 1)
      assert.match(said.err, message)
    })

  it('says that a file is not there', async () => {
    const said = await runProgram(['diff', join(folder(), 'none.json')])
    assert.equal(said.code, 1)
    assert.match(said.err, /none\.json: cannot be read \(ENOENT\)\n$/)
  })
})
