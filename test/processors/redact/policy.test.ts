import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { describe, it } from 'mocha'
import { type Keys, readPolicy } from '../../../processors/redact/policy.ts'
import { apply, detect } from '../../../processors/redact/redact.ts'
import { TEST_KEYS, somePolicy } from './some-policy.ts'

const SECRETS = { keys: TEST_KEYS, tenantId: 'acme' }

const issuesOf = (value: unknown, keys: Keys = new Map()): string[] => {
  const reading = readPolicy(value, keys)
  return reading.ok ? [] : reading.issues.map(({ at }) => at.join('.'))
}

const run = (text: string, given: Readonly<Record<string, unknown>>, tenantId = 'acme') => {
  const policy = somePolicy(given)
  return apply(text, detect(text, policy), policy, { ...SECRETS, tenantId }).text
}

describe('a redaction policy', () => {
  it('is refused with every fault at once, each with its place', () => {
    const faulty = {
      version: 0,
      name: 'x',
      colour: 'red',
      entities: {
        PHONE_NUMBER: { minScore: 'high', operator: 'shout' },
        EMAIL_ADDRESS: { params: { keepLast: 99 } },
      },
    }
    const paths = issuesOf(faulty)
    for (const path of [
      'version',
      'entities.PHONE_NUMBER.minScore',
      'entities.PHONE_NUMBER.operator',
      'entities.EMAIL_ADDRESS.params.keepLast',
      'colour',
    ])
      assert.ok(paths.includes(path), `${path} in ${paths.join(' ')}`)
  })

  it('hides nothing behind another fault: types, keys and patterns are looked at all the same', () => {
    const faulty = {
      entities: {
        EMAIL_ADRESS: {},
        PHONE_NUMBER: { minScore: 'high' },
        IBAN_CODE: { operator: 'hash', params: { keyId: 'k2' } },
      },
      custom: [
        { name: 'NO', type: 'BADGE', pattern: 'x' },
        { name: 'a', type: 'BADGE', pattern: '(' },
      ],
      deny: { PERSON: ['Ada', 'x', 'Quill'] },
    }
    const reading = readPolicy(faulty, TEST_KEYS)
    assert.ok(!reading.ok)
    const said = new Map(reading.issues.map(({ at, message }) => [at.join('.'), message]))
    assert.deepEqual([...said.keys()].toSorted(), [
      'custom.0.name',
      'custom.1.pattern',
      'deny.PERSON.1',
      'entities.EMAIL_ADRESS',
      'entities.IBAN_CODE.params.keyId',
      'entities.PHONE_NUMBER.minScore',
      'name',
      'version',
    ])
    assert.match(said.get('entities.EMAIL_ADRESS') ?? '', /did you mean "EMAIL_ADDRESS"\?$/)
    assert.match(said.get('entities.IBAN_CODE.params.keyId') ?? '', /did you mean "k1"\?$/)
    assert.equal(said.get('name'), 'is missing')
  })

  it('is refused when it names a type that nothing finds', () => {
    assert.deepEqual(issuesOf({ version: 1, name: 'x', entities: { SHOE_SIZE: {} } }), [
      'entities.SHOE_SIZE',
    ])
  })

  it('is refused when a key is missing or short', () => {
    const policy = { version: 1, name: 'x', entities: { EMAIL_ADDRESS: { operator: 'hash' } } }
    assert.deepEqual(issuesOf(policy), ['entities.EMAIL_ADDRESS.operator'])
    assert.deepEqual(issuesOf({ ...policy, keyId: 'k9' }), ['keyId'])
    const short = new Map([['k9', new Uint8Array(8)]])
    assert.deepEqual(issuesOf({ ...policy, keyId: 'k9' }, short), ['keyId'])
    assert.deepEqual(issuesOf({ version: 1, name: 'x', defaultOperator: 'hash' }), [
      'defaultOperator',
    ])
    assert.deepEqual(issuesOf({ ...policy, keyId: 'k1' }, TEST_KEYS), [])
  })

  it('takes no pattern that is not RE2 or matches nothing', () => {
    const custom = (pattern: string) => ({
      version: 1,
      name: 'x',
      custom: [{ name: 'a', type: 'BADGE', pattern }],
    })
    assert.deepEqual(issuesOf(custom('(?=x)y')), ['custom.0.pattern'])
    assert.deepEqual(issuesOf(custom('(a)\\1')), ['custom.0.pattern'])
    assert.deepEqual(issuesOf(custom('a*')), ['custom.0.pattern'])
    assert.deepEqual(issuesOf(custom('BX-\\d{4}')), [])
  })

  it('has a version that changes with its content and not with the order of its keys', () => {
    const a = somePolicy({ entities: { EMAIL_ADDRESS: { minScore: 60, operator: 'mask' } } })
    const b = somePolicy({ entities: { EMAIL_ADDRESS: { operator: 'mask', minScore: 60 } } })
    const c = somePolicy({ entities: { EMAIL_ADDRESS: { operator: 'mask', minScore: 61 } } })
    assert.equal(a.policyVersion, b.policyVersion)
    assert.notEqual(a.policyVersion, c.policyVersion)
  })

  it('finds custom types, deny lists and leaves what is allowed', () => {
    const given = {
      custom: [{ name: 'badge', type: 'BADGE', pattern: 'BX-\\d{4}' }],
      deny: { PERSON: ['Ada Quill'], ORGANIZATION: ['Nordwind GmbH'] },
      allow: ['support@example.com'],
    }
    assert.equal(
      run('ADA  quill of Nordwind GmbH has BX-1234; support@example.com, ada@example.com', given),
      '[PERSON] of [ORGANIZATION] has [BADGE]; support@example.com, [EMAIL_ADDRESS]',
    )
  })

  it('turns types off, raises thresholds and adds words and regions', () => {
    assert.equal(
      run('ann@example.org', { entities: { EMAIL_ADDRESS: { enabled: false } } }),
      'ann@example.org',
    )
    assert.equal(
      run('ann at example dot org', { entities: { EMAIL_ADDRESS: { minScore: 80 } } }),
      'ann at example dot org',
    )
    assert.equal(run('blower 2125550123', {}), 'blower 2125550123')
    assert.equal(
      run('blower 2125550123', { entities: { PHONE_NUMBER: { context: ['blower'] } } }),
      'blower [PHONE_NUMBER]',
    )
    assert.equal(run('(11) 96123-4567', {}), '(11) 96123-4567')
    assert.equal(
      run('(11) 96123-4567', { entities: { PHONE_NUMBER: { regions: ['BR'] } } }),
      '[PHONE_NUMBER]',
    )
  })

  it('believes the phone formats of the regions where its languages are written', () => {
    assert.equal(run('(11) 96123-4567', { locales: ['de'] }), '(11) 96123-4567')
    assert.equal(run('(11) 96123-4567', { locales: ['pt'] }), '[PHONE_NUMBER]')
  })

  it('offers replace, numbered, mask, hash, pseudonymise and keep', () => {
    const text = 'ann@example.org, bob@example.org, Ann@Example.org'
    const by = (operator: string) => run(text, { defaultOperator: operator, keyId: 'k1' })
    assert.equal(by('replace'), '[EMAIL_ADDRESS], [EMAIL_ADDRESS], [EMAIL_ADDRESS]')
    assert.equal(by('numbered'), '[EMAIL_ADDRESS_1], [EMAIL_ADDRESS_2], [EMAIL_ADDRESS_1]')
    assert.equal(by('mask'), '***@*******.***, ***@*******.***, ***@*******.***')
    assert.equal(by('keep'), text)
    assert.match(
      by('hash'),
      /^(\[EMAIL_ADDRESS:[a-z2-7]{20}\]), \[EMAIL_ADDRESS:[a-z2-7]{20}\], \1$/,
    )
    assert.match(
      by('pseudonymise'),
      /^([a-z2-7]{20}@pseudonym\.invalid), [a-z2-7]{20}@pseudonym\.invalid, \1$/,
    )
    assert.equal(run('4111 1111 1111 1111', { defaultOperator: 'mask' }), '**** **** **** 1111')
  })

  it('keeps pseudonyms apart between tenants', () => {
    const given = { defaultOperator: 'hash', keyId: 'k1' }
    assert.notEqual(run('ann@example.org', given, 'a'), run('ann@example.org', given, 'b'))
  })

  for (const name of ['default', 'everything']) {
    it(`comes built in as ${name}`, () => {
      const file = readFileSync(`config/policies/${name}.json`, 'utf8')
      const reading = readPolicy(JSON.parse(file))
      assert.ok(reading.ok)
      assert.equal(reading.policy.rule('URL').enabled, name === 'everything')
    })
  }
})
