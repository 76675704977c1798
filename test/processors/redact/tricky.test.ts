import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { NO_SECRETS } from '../../../processors/redact/operators.ts'
import { viewOf } from '../../../processors/redact/view.ts'
import { CASES } from './cases.ts'
import { ENCODINGS } from './encodings.ts'
import { somePolicy } from './some-policy.ts'

/** What stands before a value, and the value: invented, published for tests, or reserved for documentation. */
const VALUES: readonly (readonly [type: string, before: string, value: string])[] = [
  ['EMAIL_ADDRESS', 'write to ', 'ann.lee@example.com'],
  ['EMAIL_ADDRESS', 'cc ', 'first+tag@mail.example.co.uk'],
  ['PHONE_NUMBER', 'call ', '+44 20 7946 0958'],
  ['PHONE_NUMBER', 'at ', '+1-212-555-0123'],
  ['PHONE_NUMBER', 'Tel. ', '030 901820'],
  ['PHONE_NUMBER', 'phone ', '2125550123'],
  ['CREDIT_CARD', 'card ', '4111 1111 1111 1111'],
  ['CREDIT_CARD', 'paid with ', '378282246310005'],
  ['CREDIT_CARD', 'and ', '5555-5555-5555-4444'],
  ['IBAN_CODE', 'to ', 'DE89 3704 0044 0532 0130 00'],
  ['IBAN_CODE', 'account ', 'GB29NWBK60161331926819'],
  ['US_SSN', 'SSN ', '536-90-4399'],
  ['IP_ADDRESS', 'from ', '192.0.2.44'],
  ['MAC_ADDRESS', 'device ', '00-1A-2B-3C-4D-5E'],
  ['CRYPTO', 'send to ', 'bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq'],
  ['DATE_OF_BIRTH', 'born ', '12.03.1980'],
  ['NATIONAL_ID', 'CPF ', '390.533.447-05'],
  ['NATIONAL_ID', 'PESEL ', '44051401359'],
  ['NATIONAL_ID', 'DNI ', '12345678Z'],
  ['MEDICAL_ID', 'NPI ', '1234567893'],
  ['US_BANK_NUMBER', 'routing number ', '021000021'],
  ['PASSPORT', 'passport ', 'C01X00T47'],
  ['DRIVER_LICENSE', 'driver license ', 'D1234567'],
  ['VIN', 'VIN ', '1HGCM82633A004352'],
  ['SECRET', 'key ', `${'ghp'}_0123456789abcdefghijABCDEFGHIJ456789`],
]

const BENIGN = [
  'Version 1.2.3.4 is out',
  'The meeting is on 2024-05-17 at 10:30:00',
  'order 4111 1111 1111 1112',
  'pages 123-456',
  'ISBN 978-3-16-148410-0',
  '1,234,567,890 rows',
  'commit 3f786850e387550fdab836ed7e6dc881de23001b',
  'RFC 5321, section 4.1.2',
  '550e8400-e29b-41d4-a716-446655440000',
  'DE89 3704 0044 0532 0130 01',
] as const

const policy = somePolicy()

const alphanumeric = (text: string) =>
  viewOf(text)
    .text.replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase()

const redacted = (text: string) => apply(text, detect(text, policy), policy, NO_SECRETS).text

const encoded = VALUES.flatMap(([type, before, value]) =>
  ENCODINGS.flatMap(({ name, write }) => {
    const written = write(value)
    return written === value && name !== 'as it is'
      ? []
      : [{ type, name, value, text: `${before}${written} ok` }]
  }),
)

/** Wrapping and padding change nothing that is looked at. */
const KEPT_IN = new Set([
  'as it is',
  'no-break spaces',
  'JSON',
  'CSV',
  'brackets',
  'table cell',
  'full width',
])

describe('tricky writings', () => {
  it('are at least 400, in at least 8 encodings, besides those that are written out', () => {
    assert.ok(encoded.length >= 400, `${encoded.length}`)
    assert.ok(ENCODINGS.length >= 8)
    assert.ok(CASES.length >= 200)
  })

  it('hide at most 2 of 100 values', () => {
    const survivors = encoded.filter(({ text, value }) =>
      alphanumeric(redacted(text)).includes(alphanumeric(value)),
    )
    const said = survivors.map(({ type, name, value }) => `${type} ${value}: ${name}`).join('\n')
    assert.ok(
      survivors.length <= 0.02 * encoded.length,
      `${survivors.length} of ${encoded.length}:\n${said}`,
    )
  })

  it('change nothing when redacted again', () => {
    for (const { text } of encoded) {
      const once = redacted(text)
      assert.equal(redacted(once), once)
    }
  })

  for (const { name, write } of ENCODINGS.filter((each) => KEPT_IN.has(each.name)))
    it(`leave alone what is no personal data: ${name}`, () => {
      for (const text of BENIGN) assert.equal(redacted(write(text)), write(text))
    })
})
