import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aZip } from '../../fetch/a-zip.ts'
import { aMultipart, parsed, refusal, textsOf } from '../a-mail.ts'

const manifest = (version: string, events: readonly object[]): string =>
  JSON.stringify({
    version,
    participants: [
      { id: 'P1', display: 'Ada', email: 'Ada@example.org' },
      { id: 'P2', display: 'Bob' },
    ],
    conversations: [{ id: 'C1', display: 'Plans', platform: 'slack', participants: ['P1', 'P2'] }],
    events,
  })

const said = (participant: string, timestamp: string, body: string, more: object = {}): object => ({
  type: 'message',
  conversation: 'C1',
  participant,
  timestamp,
  body,
  ...more,
})

const events = [
  { type: 'join', conversation: 'C1', participant: 'P1', timestamp: '2024-01-02T03:00:00Z' },
  said('P1', '2024-01-02T03:04:05Z', 'one'),
  said('P1', '2024-01-02T03:04:06Z', 'two', {
    attachments: [{ id: 'f1.txt', display: 'notes.txt', size: 9 }],
  }),
  said('P2', '2024-01-02T03:04:07+01:00', 'three'),
]

const wrapped = (zip: Buffer): string =>
  aMultipart(
    'mixed',
    [
      'Content-Type: text/plain\n\nAda said one, two. Bob said three.',
      `Content-Type: application/zip; name=rsmf.zip\nContent-Transfer-Encoding: base64\n\n${zip.toString('base64')}`,
    ],
    { 'X-RSMF-Version': '2.0.0', 'X-RSMF-EventCount': '4' },
  )

describe('parse: short message files (RSMF)', () => {
  for (const version of ['1.0.0', '2.0.0'])
    it(`reads the chat and its files once, from the zip inside the mail, version ${version}`, async () => {
      const zip = aZip([
        { name: 'rsmf_manifest.json', content: manifest(version, events) },
        { name: version === '1.0.0' ? 'f1.txt' : 'attachments/f1.txt', content: 'in a file' },
        { name: 'avatar.png', content: 'x' },
      ])
      const document = await parsed(wrapped(zip))
      assert.equal(document.text, 'Ada: one\ntwo\nnotes.txt\nBob: three\n\nin a file')
      assert.deepEqual(
        document.spans
          .filter((span) => span.kind === 'turn')
          .map(({ speaker, at, depth }) => [speaker, at, depth]),
        [
          ['Ada', Date.UTC(2024, 0, 2, 3, 4, 5), 1],
          ['Bob', Date.UTC(2024, 0, 2, 2, 4, 7), 1],
        ],
      )
      assert.deepEqual(
        document.attachments.map(({ path, name, type }) => [path, name, type]),
        [
          ['0.1', 'rsmf.zip', 'application/x-rsmf'],
          ['0.1.0', 'notes.txt', 'text/plain'],
        ],
      )
      const alone = await parsed(zip)
      assert.deepEqual([alone.subject, alone.threadId], ['Plans', 'C1'])
      assert.deepEqual(alone.participants, [
        { role: 'speaker', name: 'Ada', address: 'ada@example.org' },
        { role: 'speaker', name: 'Bob' },
      ])
    })

  it('falls back to the body of the mail where the zip cannot be read', async () => {
    const zip = aZip([{ name: 'rsmf_manifest.json', content: '{"version":' }])
    assert.equal(await refusal(zip), 'broken')
    const document = await parsed(wrapped(zip))
    assert.equal(document.text, 'Ada said one, two. Bob said three.')
    assert.equal(document.attachments[0]?.status, 'broken')
  })

  it('names who is not in its list by id, reads a file once, and survives references to nothing', async () => {
    const again = { attachments: Array.from({ length: 3000 }, () => ({ id: 'f1.txt' })) }
    const zip = aZip([
      {
        name: 'rsmf_manifest.json',
        content: manifest('2.0.0', [
          said('P9', 'yesterday', 'x', again),
          said('P9', '2024-13-45T03:04:05Z', 'y', { attachments: [{ id: '../../etc/passwd' }] }),
        ]),
      },
      { name: 'f1.txt', content: 'once' },
    ])
    const document = await parsed(zip)
    assert.equal(document.attachments.length, 1)
    assert.match(document.text, /^P9: x\n/)
    assert.deepEqual(textsOf(document, 'attachment'), ['once'])
  })

  it('refuses a manifest that inflates too far', async () => {
    const bomb = aZip([{ name: 'rsmf_manifest.json', content: ' '.repeat(60 * 1024 * 1024) }])
    assert.equal(await refusal(bomb), 'expansion')
  })
})
