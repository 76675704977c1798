import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { policyFileProblems } from '../../../processors/redact/policy-file.ts'
import { TEST_KEYS } from './some-policy.ts'

const problemsOf = (text: string): readonly string[] =>
  policyFileProblems(text, TEST_KEYS).map((each) => `${each.line}:${each.column} ${each.message}`)

describe('the problems of a policy file', () => {
  it('are none where there are none', () => {
    assert.deepEqual(problemsOf('version: 1\nname: mine\n'), [])
    assert.deepEqual(problemsOf('{"version": 1, "name": "mine"}'), [])
  })

  it('come all at once, in the order of the file, with what was probably meant', () => {
    const text = `version: 1
name: mine
defaultOprator: mask
entities:
  PHONE_NUMBR: {}
  EMAIL_ADDRESS:
    operator: pseudonymize
    params: { keyId: k2, keeplast: 2 }
custom:
  - { name: badge, type: BADGE, pattern: BX }
  - { name: desk, type: DESK, pattern: '(' }
`
    assert.deepEqual(problemsOf(text), [
      '3:1 defaultOprator: unknown option; did you mean "defaultOperator"?',
      '5:3 entities.PHONE_NUMBR: no recogniser finds the type "PHONE_NUMBR"; did you mean "PHONE_NUMBER"?',
      '7:5 entities.EMAIL_ADDRESS.operator: unknown value "pseudonymize"; did you mean "pseudonymise"?; there are replace, numbered, mask, hash, pseudonymise, encrypt, fpe, date-shift, keep',
      '8:26 entities.EMAIL_ADDRESS.params.keeplast: unknown option; did you mean "keepLast"?',
      '11:31 custom.1.pattern: not a pattern in RE2 syntax',
    ])
  })

  it('have places in JSON too, and where the file is no YAML', () => {
    assert.deepEqual(problemsOf('{\n  "version": 1,\n  "name": "mine",\n  "alow": []\n}'), [
      '4:3 alow: unknown option; did you mean "allow"?',
    ])
    assert.match(problemsOf('version: 1\nname: [1\n')[0] ?? '', /^3:1 Flow sequence/)
    assert.match(problemsOf('just words')[0] ?? '', /^1:1 .*expected object/)
  })

  it('repeat no value that slipped into the place of a name', () => {
    const said = problemsOf('version: 1\nname: mine\ndeny:\n  Ada Quill: [Ada]\n').join()
    assert.match(said, /^4:3 deny\.…: a type is written LIKE_THIS$/)
  })
})
