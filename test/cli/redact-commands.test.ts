import assert from 'node:assert/strict'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'mocha'
import type { Evidence } from '../../processors/redact/apply.ts'
import { sideBySide } from '../../cli/redact/side-by-side.ts'
import { runProgram } from './run-program.ts'
import { temporaryFolder } from './temporary-folder.ts'

const note = 'Call +44 20 7946 0958\nor write to ann@example.org, about TK-004211.\n'

const policy = `version: 3
name: desk
entities:
  EMAIL_ADDRESS: { operator: mask }
custom:
  - { name: ticket, type: TICKET, pattern: 'TK-\\d{6}' }
tests:
  - { text: 'about TK-004211', becomes: 'about [TICKET]' }
  - { name: keeps versions, text: 'Version 1.2.3.4 is out', keeps: ['1.2.3.4'] }
`

describe('redact and policy', () => {
  const folder = temporaryFolder()
  const file = (name: string, text: string): string => {
    const path = join(folder(), name)
    writeFileSync(path, text)
    return path
  }

  it('redact prints the text of a file as it leaves the pipeline', async () => {
    const said = await runProgram([
      'redact',
      file('note.txt', note),
      '--policy',
      file('p.yaml', policy),
    ])
    assert.equal(said.code, 0)
    assert.match(
      said.out,
      /^Call \[PHONE_NUMBER\]\nor write to \*{3}@\*{7}\.\*{3}, about \[TICKET\]\.\n/,
    )
  })

  it('redact names a path that is no file, and what to do', async () => {
    const missing = await runProgram(['redact', join(folder(), 'none.eml')])
    assert.match(missing.err, /none\.eml: there is no such file/)
    const directory = await runProgram(['redact', folder()])
    assert.match(directory.err, /this is no file; one is read at a time, start --source archives/)
    assert.equal(missing.code, directory.code)
    assert.notEqual(missing.code, 0)
  })

  it('redact takes text from standard input', async () => {
    const said = await runProgram(['redact', '-'], note)
    assert.match(
      said.out,
      /^Call \[PHONE_NUMBER\]\nor write to \[EMAIL_ADDRESS\], about TK-004211\.\n/,
    )
  })

  it('redact --explain shows both sides and the reason of each finding, without colours for a file', async () => {
    const said = await runProgram(['redact', '-', '--explain'], note)
    assert.match(said.out, /^Call \+44 20 7946 0958 +\| Call \[PHONE_NUMBER\]\n/)
    assert.match(said.out, /\n {4}PHONE_NUMBER 96 replace: .*numbering plan/)
    assert.match(said.out, /\ndefault@1\+[0-9a-f]{12}: EMAIL_ADDRESS 1, PHONE_NUMBER 1\n$/)
    assert.ok(!said.out.includes('\u001B'))
  })

  it('redact --json gives text, findings and the version of the policy', async () => {
    const said = await runProgram(['redact', '-', '--json'], note)
    const { findings, policyVersion } = JSON.parse(said.out) as {
      findings: { type: string }[]
      policyVersion: string
    }
    assert.deepEqual(
      findings.map(({ type }) => type),
      ['PHONE_NUMBER', 'EMAIL_ADDRESS'],
    )
    assert.match(policyVersion, /^default@1\+/)
  })

  it('redact answers 3 for what cannot be read', async () => {
    const said = await runProgram(['redact', join(folder(), 'not-there.txt')])
    assert.equal(said.code, 3)
  })

  it('colours what was rewritten, and lets nothing of the text steer the terminal', () => {
    const before = 'x \u001B[2J ann@example.org'
    const finding: Evidence = {
      start: 7,
      end: 22,
      type: 'EMAIL_ADDRESS',
      score: 95,
      recogniser: 'email',
      operator: 'replace',
    }
    const after = `${before.slice(0, 7)}[EMAIL_ADDRESS]`
    const toAfter = (offset: number) => (offset === 22 ? after.length : offset)
    const texts = { before, after, findings: [finding], toAfter }
    const [line] = [...sideBySide(texts, { width: 80, colours: true })]
    assert.ok(line?.includes('\u001B[31mann@example.org\u001B[0m'))
    assert.ok(line?.includes('\u001B[32m[EMAIL_ADDRESS]\u001B[0m'))
    assert.ok(!line?.includes('\u001B[2J'))
  })

  it('side by side wraps long lines and loses nothing', () => {
    const before = 'word '.repeat(40)
    const texts = { before, after: before, findings: [], toAfter: (offset: number) => offset }
    const lines = [...sideBySide(texts, { width: 63, colours: false })]
    assert.ok(lines.every((line) => line.length <= 63))
    assert.equal(
      lines
        .map((line) => line.slice(33))
        .join('')
        .replace(/\s/g, ''),
      'word'.repeat(40),
    )
  })

  it('policy check says that a policy is right, or all that is wrong with its lines', async () => {
    const right = await runProgram(['policy', 'check', file('right.yaml', policy)])
    assert.match(right.out, /^desk@3\+[0-9a-f]{12} is right: 1 custom recogniser, 2 tests\n$/)
    const wrong = `${policy.replace('mask', 'mosk')}  - { text: x }\n  - { txt: x, keeps: [x] }\n`
    const said = await runProgram(['policy', 'check', file('wrong.yaml', wrong)])
    assert.equal(said.code, 78)
    assert.match(
      said.err,
      /wrong\.yaml:4:\d+: entities\.EMAIL_ADDRESS\.operator: unknown value "mosk"/,
    )
    assert.match(said.err, /wrong\.yaml:10:\d+: tests\.2: a test says what the text becomes/)
    assert.match(
      said.err,
      /wrong\.yaml:11:\d+: tests\.3\.txt: unknown option; did you mean "text"\?/,
    )
  })

  it('policy test runs the cases of a policy, and answers 1 when one fails', async () => {
    const passed = await runProgram(['policy', 'test', file('passes.yaml', policy)])
    assert.equal(passed.code, 0)
    assert.match(passed.out, /^desk@3\+[0-9a-f]{12}: 2 tests passed, 0 failed\n$/)
    const more = `${policy}  - { name: hides, text: 'see TK-1 by Ann', hides: ['TK-1'], finds: [TICKET] }\n`
    const failed = await runProgram(['policy', 'test', file('fails.yaml', more)])
    assert.equal(failed.code, 1)
    assert.match(
      failed.out,
      /hides: "TK-1" is still in "see TK-1 by Ann"\nhides: no TICKET was found\n/,
    )
  })

  it('policy reveal reads what was encrypted with a key of the environment', async () => {
    const name = 'ARCHIVE_STREAMS_REDACT__KEYS__DESK_2026'
    process.env[name] = 'an example, not a secret'
    try {
      const keyed = 'version: 1\nname: x\nkeyId: desk-2026\ndefaultOperator: encrypt\n'
      const { out } = await runProgram(
        ['redact', '-', '--policy', file('k.yaml', keyed)],
        'ann@example.org',
      )
      assert.match(out, /^\[EMAIL_ADDRESS:desk-2026:/)
      const label = out.trim()
      const said = await runProgram(['policy', 'reveal', label])
      assert.deepEqual([said.out, said.code], ['ann@example.org\n', 0])
      const other = await runProgram(['policy', 'reveal', label, '--tenant', 'other'])
      assert.equal(other.code, 1)
      assert.ok(!other.out.includes('ann@'))
    } finally {
      delete process.env[name]
    }
  })

  it('tests are no part of the version of a policy', async () => {
    const [all] = (await runProgram(['policy', 'check', file('a.yaml', policy)])).out.split(' ')
    const bare = policy.slice(0, policy.indexOf('tests:'))
    const [none] = (await runProgram(['policy', 'check', file('b.yaml', bare)])).out.split(' ')
    assert.equal(all, none)
  })
})
