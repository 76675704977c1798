import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { POLICIES, SECRETS } from './random-texts.ts'

/** Texts that a second redaction once changed: what stood beside a value that was replaced, by policy. */
const TEXTS: readonly (readonly [name: string, policy: string, text: string])[] = [
  ['an address in colons before an e-mail address', 'replace', '1::ffff:s@o.uk'],
  ['an address in colons before one with a literal', 'date-shift', '4::ffff:n@[2.0.2.7]'],
  ['an address in colons before a spelled-out one', 'replace', '0::ffff:n arroba e punto or'],
  ['an address in colons before another', 'fpe', '𝟘::ffff:2.0.2.44::fff'],
  ['seven groups in colons before an address', 'replace', 'a:B:c:D:5::f:2.0.2.4'],
  ['an address in colons before a number', 'hash', 'phone\n𝟘::ffff:192441'],
  ['an address in colons before a dotted number', 'everything', '٣::ffff:0.2.4412 phone'],
  ['an address in colons before a date', 'everything', '2::ffff:1.2.44'],
  ['a group with an invisible character', 'replace', '1::ff\u200bff:s@o.uk'],
  [
    'a number behind a surrogate whose letters happen to be a word',
    'pseudonymise',
    'eve@example.orgफ़ोन: 001012345678',
  ],
]

describe('redacting again changes nothing', () => {
  for (const [name, policy, text] of TEXTS)
    it(`for ${name} (${policy})`, () => {
      const rules = POLICIES[policy]!
      const run = (each: string) => apply(each, detect(each, rules), rules, SECRETS).text
      const once = run(text)
      assert.notEqual(once, text)
      assert.equal(run(once), once)
    })
})
