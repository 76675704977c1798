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
  ['a named number behind a surrogate that is no word', 'pseudonymise', 'rie n@e.com a=400770 mob'],
  ['a masked number before a bracket and more digits', 'mask', '0039020212) 550123'],
  ['a masked number before a time of day', 'mask', 'phone 0039020212 12:30'],
  ['a link before a bracket and a number', 'everything', '(https://example.org/12) -555-0123 call'],
  ['a masked number behind a word', 'mask', 'CVV: 827412=3D07700900123 is my mobile00'],
  ['a password that begins in a bracket before a value', 'fpe', 'pass=[+95 321000'],
  ['a password that begins in a bracket before a name', 'encrypt', 'pass=[1 rue P'],
  ['the user part of a link that holds an address', 'encrypt', 'ow://p;n@e.ve@'],
  [
    'a long label before what a link writes in entities',
    'encrypt',
    'xoxb-123456789012-abcdefABCDEF0123456789abcdefABCDEF0123456789abcdefABCDEF<p><a href="mailto:ann&#64;example.org">Write</a>.</p>',
  ],
  ['a short number on the line before another', 'replace', 'Tel: 01295 271666 Fax 01295\n256876'],
  [
    'a month behind a sealed number that happens to be like a card’s',
    'fpe',
    '0049 30 901820 4111 1111 1111 1111 good thru 08/29',
  ],
  [
    'a code behind a sealed number that happens to be one of a card',
    'fpe',
    'Her visa expires 06/266011111111111117; call the security code 8731 opens the doorpassword=',
  ],
  [
    'a month whose sentence is about something else, behind a number that looks like a card’s then',
    'fpe',
    'PESEL 44051401359212-555-01236011111111111117token ghp_0123456789abcdefghijABCDEFGHIJ456789&#64;( account \u200bThe offer is valid until 11/27 in all shops',
  ],
  [
    'a month that comes nearer to the name of a card',
    'numbered',
    'released 1.8.3 / 03.10.2020moja karta kredytowa jest ważna do 08/29SSN 53690439912bounce-ann=example.org@list.exampleLa carte du restaurant expire en 11/27',
  ],
  [
    'a month that a masked address brings nearer to the name of a card',
    'mask',
    'We met on 11/27. See Chapter 11/27. My credit card expires 11/27.=ann@xn--mller-kva.exampleHer visa expires 06/26&',
  ],
  [
    'a month that a replaced address brings nearer to the name of a card',
    'replace',
    'My credit card of ann at mail dot example dot org expires 11/27',
  ],
  [
    'a month that a pseudonym brings nearer to the name of a card',
    'pseudonymise',
    'My credit card of ann at mail dot example dot org expires 11/27',
  ],
  [
    'a code that a replaced address brings nearer to the name of a card',
    'replace',
    'My credit card is at ann.catherine.vanderbilt-somewhere@very-long-department.example.org, security code 1234',
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
