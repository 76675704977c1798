import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { parse } from 'yaml'
import { ENTITY_TYPES } from '../../processors/redact/entity-types.ts'
import { readPolicy, type Keys } from '../../processors/redact/policy.ts'
import { apply, detect } from '../../processors/redact/redact.ts'

const page = readFileSync(new URL('../../../docs/policies.md', import.meta.url), 'utf8')

const keys: Keys = new Map([['desk-2026', Buffer.from('an example, not a secret')]])

const redacted = (policy: unknown, text: string): string => {
  const reading = readPolicy(policy, keys)
  assert.ok(reading.ok, JSON.stringify(reading))
  return apply(text, detect(text, reading.policy), reading.policy, { keys, tenantId: 'acme' }).text
}

/** Cells of the rows of the table under a head. */
const tableUnder = (head: RegExp): readonly (readonly string[])[] => {
  const [, rows = ''] =
    new RegExp(`\\n${head.source}[^\\n]*\\n[^\\n]+\\n((?:\\|[^\\n]+\\n)+)`).exec(page) ?? []
  return rows
    .trimEnd()
    .split('\n')
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim().replaceAll('`', '')),
    )
}

describe('the page of the policies', () => {
  const example: unknown = parse(/```yaml\n([^`]+)```/.exec(page)?.[1] ?? '')

  const rows = tableUnder(/\| before +\| after/)
  it('has examples', () => assert.ok(rows.length >= 6))
  for (const [before = '', after] of rows)
    it(`says truly what becomes of "${before}"`, () => {
      assert.equal(redacted(example, before), after)
    })

  const operators = tableUnder(/\| operator +\|/)
  it('has every operator', () => {
    const names = [
      'replace',
      'numbered',
      'mask',
      'hash',
      'pseudonymise',
      'encrypt',
      'fpe',
      'date-shift',
      'keep',
    ]
    assert.deepEqual(
      operators.map(([name]) => name),
      names,
    )
  })
  for (const [name = '', after] of operators)
    it(`says truly what ${name} does`, () => {
      const policy = { version: 1, name: 'x', defaultOperator: name, keyId: 'desk-2026' }
      assert.equal(redacted(policy, 'ann@example.org'), after)
    })

  it('names every type', () => {
    for (const type of ENTITY_TYPES) assert.ok(page.includes(type), type)
  })
})
