import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { dateOf, offsetDays, shiftedDate } from '../../../processors/redact/date-shift.ts'
import { ff1Decrypt, ff1Encrypt } from '../../../processors/redact/ff1.ts'
import { readPolicy, type Keys } from '../../../processors/redact/policy.ts'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { revealed } from '../../../processors/redact/reversible.ts'

const keys: Keys = new Map([
  ['k-2025', Buffer.from('the key of last year, invented')],
  ['k-2026', Buffer.from('the key of this year, invented')],
])

const redacted = (text: string, operator: string, keyId: string, subject?: string): string => {
  const reading = readPolicy(
    { version: 1, name: 'x', defaultOperator: operator, keyId, entities: { DATE_TIME: {} } },
    keys,
  )
  assert.ok(reading.ok, JSON.stringify(reading))
  const secrets = { keys, tenantId: 'acme', ...(subject === undefined ? {} : { subject }) }
  return apply(text, detect(text, reading.policy), reading.policy, secrets).text
}

const key = Buffer.from('2B7E151628AED2A6ABF7158809CF4F3C', 'hex')

describe('format-preserving encryption', () => {
  it('gives what the samples of NIST SP 800-38G give', () => {
    const tweak = Buffer.from('39383736353433323130', 'hex')
    assert.equal(ff1Encrypt(key, 10, Buffer.alloc(0), '0123456789'), '2433477484')
    assert.equal(ff1Encrypt(key, 10, tweak, '0123456789'), '6124200773')
    const letters = Buffer.from('3737373770717273373737', 'hex')
    assert.equal(ff1Encrypt(key, 36, letters, '0123456789abcdefghi'), 'a9tv40mll9kdu509eum')
  })

  it('is undone for digits and letters of any length', () => {
    const digits = fc.stringMatching(/^\d{6,40}$/)
    const letters = fc.stringMatching(/^[0-9a-z]{6,34}$/)
    const tweak = Buffer.from('t')
    fc.assert(
      fc.property(digits, letters, (some, others) => {
        assert.equal(ff1Decrypt(key, 10, tweak, ff1Encrypt(key, 10, tweak, some)), some)
        assert.equal(ff1Decrypt(key, 36, tweak, ff1Encrypt(key, 36, tweak, others)), others)
      }),
      { numRuns: 100, seed: 1 },
    )
  })
})

describe('operators that can be undone', () => {
  it('encrypt writes the same label for the same value, and another for another tenant or key', () => {
    const once = redacted('ann@example.org', 'encrypt', 'k-2026')
    assert.match(once, /^\[EMAIL_ADDRESS:k-2026:[\w-]{38,}:e\d\d\]$/)
    assert.equal(redacted('ann@example.org', 'encrypt', 'k-2026'), once)
    assert.notEqual(redacted('bob@example.org', 'encrypt', 'k-2026'), once)
    assert.notEqual(redacted('ann@example.org', 'encrypt', 'k-2025'), once)
    assert.equal(revealed(once, keys, 'other'), undefined)
  })

  it('are read with the key whose id they carry, after another took its place', () => {
    const [old, current] = ['k-2025', 'k-2026'].map((id) =>
      redacted('ann@example.org', 'encrypt', id),
    )
    assert.equal(revealed(old!, keys, 'acme'), 'ann@example.org')
    assert.equal(revealed(current!, keys, 'acme'), 'ann@example.org')
    assert.equal(revealed(old!, new Map([...keys].slice(1)), 'acme'), undefined)
  })

  it('fpe keeps the form of a number', () => {
    const label = redacted('4111 1111 1111 1111', 'fpe', 'k-2026')
    assert.match(label, /^\[CREDIT_CARD:k-2026:\d{4} \d{4} \d{4} \d{4}:f\d\d\]$/)
    assert.equal(revealed(label, keys, 'acme'), '4111 1111 1111 1111')
    const iban = redacted('DE89 3704 0044 0532 0130 00', 'fpe', 'k-2026')
    assert.equal(revealed(iban, keys, 'acme'), 'DE89 3704 0044 0532 0130 00')
  })

  it('fpe hashes what has no such form, encrypt replaces what is too long', () => {
    assert.match(redacted('ann@example.org', 'fpe', 'k-2026'), /^\[EMAIL_ADDRESS:[a-z2-7]{20}\]$/)
    const pem = `-----BEGIN PRIVATE KEY-----\n${'A'.repeat(400)}\n-----END PRIVATE KEY-----`
    assert.equal(redacted(pem, 'encrypt', 'k-2026'), '[SECRET]')
  })

  it('are no way to smuggle a value past redaction', () => {
    const text = 'see [CREDIT_CARD:k-2026:4111 1111 1111 1111:f00]'
    assert.ok(!redacted(text, 'replace', 'k-2026').includes('4111'))
  })

  it('date-shift moves all dates of a subject by the same days', () => {
    const shifted = redacted('on 2026-03-04 and 12 March 2026', 'date-shift', 'k-2026', 'd1')
    const days = [...shifted.matchAll(/:(\d{4}-\d\d-\d\d):d\d\d\]/g)].map(([, date]) =>
      Date.parse(date!),
    )
    assert.equal(days.length, 2)
    assert.equal(days[1]! - days[0]!, 8 * 86_400_000)
    assert.notEqual(redacted('on 2026-03-04', 'date-shift', 'k-2026', 'd2'), shifted.slice(0, 44))
  })

  it('dates are read in every writing that is found, and moved by at least a day', () => {
    const day = Date.UTC(1980, 2, 12)
    const writings = [
      '12.03.1980',
      '1980-03-12',
      '03/12/1980',
      'March 12, 1980',
      '12 mars 1980',
      '1980年3月12日',
      '12 de marzo de 1980',
    ]
    for (const writing of writings) assert.equal(dateOf(writing), day, writing)
    assert.equal(dateOf('31.02.1980'), undefined)
    assert.equal(shiftedDate('12.03.1980', 20), '1980-04-01')
    for (let k = 0; k < 50; k++) {
      const days = Math.abs(offsetDays(key, 'acme', `${k}`, 30))
      assert.ok(days >= 1 && days <= 30)
    }
  })

  it('need a key id that can be written', () => {
    const named = new Map([['Key 1', Buffer.from('an invented key of some length')]])
    const reading = readPolicy(
      { version: 1, name: 'x', defaultOperator: 'encrypt', keyId: 'Key 1' },
      named,
    )
    assert.ok(!reading.ok && /small letters, digits and hyphens/.test(reading.issues[0]!.message))
  })
})
