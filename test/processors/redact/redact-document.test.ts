import assert from 'node:assert/strict'
import { describe, it } from 'mocha'
import { redactDocument } from '../../../processors/redact/redact-document.ts'
import type { Policy } from '../../../processors/redact/policy.ts'
import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { TEST_KEYS, somePolicy } from './some-policy.ts'

const SECRETS = { keys: TEST_KEYS, tenantId: 'acme' }

const aDocument = (given: Partial<CanonicalDocument> = {}): CanonicalDocument => ({
  type: 'message/rfc822',
  text: '',
  spans: [],
  participants: [],
  dates: {},
  attachments: [],
  warnings: [],
  ...given,
})

const redacted = (document: CanonicalDocument, policy: Policy = somePolicy()) => {
  const result = redactDocument(document, policy, SECRETS)
  assert.equal(result.kind, 'redacted')
  if (result.kind !== 'redacted') throw new Error('unreachable')
  return result
}

const BODY = 'Dear Ada Quill,\ncall Ben Thorne on +44 20 7946 0958.'
const QUOTE = '> Ada Quill wrote: hi'
const SIGNATURE = '-- \nben.thorne@example.org'
const TEXT = `${BODY}\n\n${QUOTE}\n${SIGNATURE}`
const spanOf = (kind: 'body' | 'quote' | 'signature', part: string, depth: number) => {
  const start = TEXT.indexOf(part)
  return { kind, start, end: start + part.length, depth }
}

const MAIL = aDocument({
  text: TEXT,
  spans: [spanOf('body', BODY, 0), spanOf('quote', QUOTE, 1), spanOf('signature', SIGNATURE, 0)],
  subject: 'Meeting with Ada Quill (ada@example.com)',
  participants: [
    { role: 'from', name: 'Thorne, Ben', address: 'ben.thorne@example.org' },
    { role: 'to', name: 'Ada Quill', address: 'ada@example.com' },
  ],
  threadId: '<abc123@mail.example.org>',
  attachments: [
    { path: '1', name: 'CV_Ada_Quill.pdf', type: 'application/pdf', bytes: 1, status: 'read' },
  ],
})

describe('redacting a document', () => {
  it('leaves no participant, address, thread id or file name with a name in it', () => {
    const { document } = redacted(MAIL)
    const all = JSON.stringify(document)
    for (const value of ['Quill', 'Ada', 'Thorne', 'example.', 'abc123', '7946'])
      assert.ok(!all.includes(value), `${value} in ${all}`)
    assert.equal(document.attachments[0]!.name!.endsWith('.pdf'), true)
    assert.equal(document.threadId, undefined)
  })

  it('finds an address at the end of a file name, before its extensions', () => {
    for (const [name, expected] of [
      ['sent by cleo@example.com.pdf', 'sent by [EMAIL_ADDRESS].pdf'],
      ['cleo.berg@example.com.tar.gz', '[EMAIL_ADDRESS].tar.gz'],
      ['cleo@example.com', '[EMAIL_ADDRESS]'],
    ] as const) {
      const attachment = {
        path: '1',
        name,
        type: 'application/pdf',
        bytes: 1,
        status: 'read',
      } as const
      const { document } = redacted({ ...MAIL, attachments: [attachment] })
      assert.equal(document.attachments[0]!.name, expected)
    }
  })

  it('gives one person one label in headers, subject and text', () => {
    const { document } = redacted(MAIL)
    assert.deepEqual(
      document.participants.map(({ name }) => name),
      ['[PERSON_1]', '[PERSON_2]'],
    )
    assert.ok(
      document.text.startsWith('Dear [PERSON_2],\ncall [PERSON_1] on [PHONE_NUMBER].'),
      document.text,
    )
    assert.equal(document.subject, 'Meeting with [PERSON_2] ([EMAIL_ADDRESS])')
  })

  it('moves the spans with the text', () => {
    const { document } = redacted(MAIL)
    const texts = document.spans.map(({ start, end }) => document.text.slice(start, end))
    assert.deepEqual(texts, [
      'Dear [PERSON_2],\ncall [PERSON_1] on [PHONE_NUMBER].',
      '> [PERSON_2] wrote: hi',
      '-- \n[EMAIL_ADDRESS]',
    ])
  })

  it('keeps turns tellable apart by a label per speaker, also where the text names them', () => {
    const text = 'zed: morning\namy: hi zed\nzed: bye'
    const { document } = redacted(
      aDocument({
        text,
        spans: [
          { kind: 'turn', start: 0, end: 12, depth: 0, speaker: 'zed' },
          { kind: 'turn', start: 13, end: 24, depth: 0, speaker: 'amy' },
          { kind: 'turn', start: 25, end: 33, depth: 0, speaker: 'zed' },
        ],
      }),
    )
    assert.equal(document.text, '[PERSON_1]: morning\n[PERSON_2]: hi zed\n[PERSON_1]: bye')
    assert.deepEqual(
      document.spans.map(({ speaker }) => speaker),
      ['[PERSON_1]', '[PERSON_2]', '[PERSON_1]'],
    )
    assert.deepEqual(
      document.spans.map(({ start, end }) => document.text.slice(start, end)),
      document.text.split('\n'),
    )
  })

  it('changes nothing when the document was redacted already', () => {
    const once = redacted(MAIL).document
    assert.deepEqual(redacted(once).document, once)
  })

  it('does not count speakers among the words between a word and a number', () => {
    const lines = ['amy: phone is', 'bob: ok so', 'amy: hm well', 'bob: 226018977']
    const text = lines.join('\n')
    const spans = lines.map((line) => {
      const start = text.indexOf(line)
      return {
        kind: 'turn' as const,
        start,
        end: start + line.length,
        depth: 0,
        speaker: line.slice(0, 3),
      }
    })
    const once = redacted(aDocument({ text, spans })).document
    assert.ok(once.text.endsWith('[PERSON_2]: [PHONE_NUMBER]'), once.text)
    assert.equal(redacted(once).document.text, once.text)
  })

  it('counts what it found in the text and beside it, and names the policy', () => {
    const { counts, policyVersion, findings } = redacted(MAIL)
    assert.deepEqual(counts, { EMAIL_ADDRESS: 4, PERSON: 7, PHONE_NUMBER: 1 })
    assert.match(policyVersion, /^test@1\+[0-9a-f]{12}$/)
    assert.ok(findings.every(({ start, end }) => MAIL.text.slice(start, end).length > 0))
    assert.ok(!JSON.stringify(findings).includes('Quill'))
  })

  it('hashes thread ids as soon as there is a key, so that threads stay together', () => {
    const policy = somePolicy({ keyId: 'k1', defaultOperator: 'replace' })
    const [a, b, c] = ['<1@x.example>', '<1@x.example>', '<2@x.example>'].map(
      (threadId) => redacted(aDocument({ threadId }), policy).document.threadId,
    )
    assert.equal(a, b)
    assert.notEqual(a, c)
    assert.match(a!, /^\[THREAD_ID:[a-z2-7]{20}\]$/)
  })

  it('finds a participant however the name is composed, spaced or ordered', () => {
    const { document } = redacted(
      aDocument({
        text: 'Jose\u0301  N\u00fa\u00f1ez, JOS\u00c9 N\u00da\u00d1EZ and N\u00fa\u00f1ez but not Nu\u00f1ez',
        participants: [{ role: 'from', name: 'N\u00fa\u00f1ez, Jos\u00e9', address: 'U0423' }],
      }),
    )
    assert.equal(document.text, '[PERSON_1], [PERSON_1] and N\u00fa\u00f1ez but not Nu\u00f1ez')
    assert.equal(document.participants[0]!.address, '[EMAIL_ADDRESS]')
  })

  it('finds a participant whose name is written without blanks', () => {
    const { document } = redacted(
      aDocument({
        text: '王小明说。田中太郎さんへ。김민수는 王小',
        participants: [
          { role: 'from', name: '王小明' },
          { role: 'to', name: '田中 太郎' },
          { role: 'cc', name: '김민수' },
          { role: 'cc', name: '王小' },
        ],
      }),
    )
    assert.equal(document.text, '[PERSON_1]说。[PERSON_2]さんへ。[PERSON_3]는 王小')
  })

  const beside: readonly (readonly [header: string, text: string])[] = [
    ['Anna Jones (Acme)', 'Yesterday Anna Jones wrote.'],
    ['Anna Jones via List', 'Yesterday Anna Jones wrote.'],
    ['Jones, Anna (Acme)', 'Yesterday Anna Jones wrote.'],
    ['Anna Jones [Acme]', 'Yesterday Anna Jones wrote.'],
    ['Anna Jones / Sales', 'Yesterday Anna Jones wrote.'],
    ['Anna Jones | Acme', 'Yesterday Anna Jones wrote.'],
    ['Dr. Anna Jones', 'Yesterday Anna Jones wrote.'],
    ['Prof. Dr. Anna Jones', 'Yesterday Anna Jones wrote.'],
    ['García Márquez, Gabriel', 'Yesterday Gabriel García Márquez wrote.'],
    ['Anna Jones, PhD', 'Yesterday Anna Jones wrote.'],
    ['Wang Xiaoming 王小明', 'Wang Xiaoming said.'],
    ['Wang Xiaoming 王小明', '王小明说'],
    ['王小明 (Wang Xiaoming)', '王小明说'],
    ['王小明 (Wang Xiaoming)', 'Wang Xiaoming said.'],
    ['王小明 技术部', '王小明说'],
    ['王小明/技术部', '王小明说'],
    ['王小明様', '王小明说'],
    ['王小明', '王 小明说'],
    ['小明 王', '王小明说'],
    ['王, 小明', '小明王说'],
    ['ﾀﾅｶ ﾀﾛｳ', 'ﾀﾅｶ ﾀﾛｳです'],
  ]
  for (const [name, text] of beside)
    it(`finds ${JSON.stringify(name)} of a header in ${JSON.stringify(text)}`, () => {
      const { document } = redacted(aDocument({ text, participants: [{ role: 'from', name }] }))
      assert.match(document.text, /^(?:Yesterday )?\[PERSON_\d\](?: wrote\.| said\.|说|です)$/)
    })

  it('looks for no department or company that stands beside a name', () => {
    const text = 'The Sales Department of Acme Corporation, 技术部'
    const names = [
      'Anna Jones (Acme Corporation)',
      'Anna Jones / Sales Department',
      '王小明 技术部',
    ]
    const participants = names.map((name) => ({ role: 'to' as const, name }))
    assert.equal(redacted(aDocument({ text, participants })).document.text, text)
  })

  it('takes more findings than a call may have arguments', () => {
    const count = 130_000
    const besideAnEntity = aDocument({
      text: `a &amp; b <i>c</i>\n${'ann@example.org zz\n'.repeat(count)}`,
    })
    assert.equal(redacted(besideAnEntity).counts['EMAIL_ADDRESS'], count)
    const withoutBlanks = aDocument({
      text: '王小明说。'.repeat(count),
      participants: [{ role: 'from', name: '王小明' }],
    })
    assert.ok(redacted(withoutBlanks).counts['PERSON']! > count)
  })

  it('leaves participants alone when the policy says so', () => {
    const policy = somePolicy({ participants: false, entities: { PERSON: { minScore: 60 } } })
    assert.ok(redacted(MAIL, policy).document.text.includes('Ada Quill'))
  })

  it('refuses what is over the budget, or has spans outside its text', () => {
    const small = somePolicy({ budget: { characters: 10, findings: 1 } })
    assert.deepEqual(redactDocument(MAIL, small, SECRETS), {
      kind: 'refused',
      code: 'characters-over-budget',
      detail: 'more than 10 characters',
    })
    const few = somePolicy({ budget: { characters: 1000, findings: 1 } })
    const result = redactDocument(MAIL, few, SECRETS)
    assert.equal(result.kind === 'refused' && result.code, 'findings-over-budget')
    const bad = aDocument({ text: 'x', spans: [{ kind: 'body', start: 0, end: 2, depth: 0 }] })
    const refused = redactDocument(bad, somePolicy(), SECRETS)
    assert.equal(refused.kind === 'refused' && refused.code, 'span-outside-text')
  })
})
