import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aMail, aMultipart, parsed, refusal, textsOf } from '../a-mail.ts'
import { aCompoundFile } from './a-compound-file.ts'
import { aMessage, fixed, properties } from './a-msg.ts'

const attachment = (name: string, content: Buffer): ReturnType<typeof properties> => ({
  ...fixed(8, []),
  ...properties({ 3707: name, 3701: content }),
})

describe('parse: an Outlook message', () => {
  it('has subject, people, date, thread and the plain body with its quotes marked', async () => {
    const document = await parsed(
      aCompoundFile(aMessage(properties({ 1000: 'Yes.\r\n\r\n> No?\r\n\0' }))),
    )
    assert.equal(document.type, 'application/vnd.ms-outlook')
    assert.equal(document.text, 'Yes.\n\n> No?')
    assert.equal(document.subject, 'Engines')
    assert.equal(document.threadId, 'm@x')
    assert.deepEqual(document.participants, [
      { role: 'from', name: 'Ada', address: 'ada@example.org' },
      { role: 'to', name: 'Bob', address: 'bob@example.org' },
      { role: 'cc', address: 'eve@example.org' },
    ])
    assert.deepEqual(document.dates, { sent: Date.UTC(2024, 0, 2, 3, 4, 5) })
    assert.deepEqual(textsOf(document, 'quote'), ['> No?'])
  })

  it('takes the HTML where there is no plain body, and the RTF where there is neither', async () => {
    const html = Buffer.from('<p>caf\xe9</p>', 'latin1')
    const page = aMessage(properties({ 1013: html }), 32, [[0x3fde, 3, 1252n]])
    assert.equal((await parsed(aCompoundFile(page))).text, 'café')
    const rtf = Buffer.concat([
      Buffer.from('00000000ff0000004d454c4100000000', 'hex'),
      Buffer.from('{\\rtf1 words\\par more}'),
    ])
    const message = aCompoundFile(aMessage(properties({ 1009: rtf })))
    assert.equal((await parsed(message)).text, 'words\nmore')
  })

  it('decodes texts of 8 bits by the code page of the message, or of its language', async () => {
    const cyrillic = Buffer.from('cff0e8e2e5f2', 'hex')
    for (const values of [
      [[0x3ffd, 3, 1251n]],
      [
        [0x3ff1, 3, 1049n],
        [0x3fde, 3, 65001n],
      ],
    ] as const) {
      const message = { ...aMessage({}, 32, values), '__substg1.0_1000001E': cyrillic }
      assert.equal((await parsed(aCompoundFile(message))).text, 'Привет')
    }
  })

  it('reads attachments by their content, messages and mails among them', async () => {
    const document = await parsed(
      aCompoundFile(
        aMessage({
          ...properties({ 1000: 'outer' }),
          '__attach_version1.0_#00000000': attachment('a.txt', Buffer.from('in a file')),
          '__attach_version1.0_#00000001': {
            ...fixed(8, []),
            ...properties({ 3001: 'Forwarded' }),
            '__substg1.0_3701000D': aMessage(
              {
                ...properties({ 1000: 'inner' }),
                '__attach_version1.0_#00000000': attachment('b.eml', Buffer.from(aMail('deepest'))),
              },
              24,
            ),
          },
        }),
      ),
    )
    assert.deepEqual(
      document.attachments.map(({ path, name, type, status }) => [path, name, type, status]),
      [
        ['0.0', 'a.txt', 'text/plain', 'read'],
        ['0.1', 'Forwarded', 'application/vnd.ms-outlook', 'read'],
        ['0.1.0.0', 'b.eml', 'message/rfc822', 'read'],
      ],
    )
    assert.match(
      document.text,
      /^outer\n\nin a file\n\nSubject: Engines\nFrom: Ada <ada@example\.org>/,
    )
    assert.match(document.text, /inner\n\nSubject: Engines[^]*deepest$/)
  })

  it('is read inside a mail, and is still a message without any text', async () => {
    const message = aCompoundFile(aMessage(properties({ 1000: 'from Outlook' })))
    const mail = aMultipart('mixed', [
      `Content-Type: application/octet-stream; name=a.msg\nContent-Transfer-Encoding: base64\n\n${message.toString('base64')}`,
    ])
    assert.match((await parsed(mail)).text, /from Outlook$/)
    assert.equal((await parsed(aCompoundFile(aMessage({})))).text, '')
  })
})

describe('parse: compound files', () => {
  it('tells old and encrypted Office files apart by their streams', async () => {
    assert.equal(await refusal(aCompoundFile({ EncryptedPackage: 'x' })), 'encrypted')
    assert.equal(
      await refusal(aCompoundFile({ Workbook: 'EncryptedPackage' })),
      'unsupported-format',
    )
    const word = Buffer.alloc(100)
    assert.equal(await refusal(aCompoundFile({ WordDocument: word })), 'unsupported-format')
    word.writeUInt16LE(0x0100, 10)
    assert.equal(await refusal(aCompoundFile({ WordDocument: word })), 'encrypted')
    const book = Buffer.from('0908000000002f000000', 'hex')
    assert.equal(await refusal(aCompoundFile({ Workbook: book })), 'unsupported-format')
    const locked = Buffer.from('09080200ffff2f000000', 'hex')
    assert.equal(await refusal(aCompoundFile({ Workbook: locked })), 'encrypted')
  })

  it('survives circles, lying lengths and truncation', async () => {
    const body = properties({ 1000: 'x'.repeat(3000) })
    const fine = aCompoundFile(aMessage(body))
    const table = fine.length - 512
    const circle = Buffer.from(fine)
    for (let at = table; at + 4 <= circle.length; at += 4)
      if (circle.readUInt32LE(at) === 0xfffffffe) circle.writeUInt32LE(0, at)
    assert.equal(typeof (await refusal(circle)), 'string')
    const lying = Buffer.from(fine)
    for (let at = 512; at + 128 <= table; at += 128)
      if (lying[at + 66] === 2) lying.writeUInt32LE(0x7fffffff, at + 120)
    assert.equal(typeof (await refusal(lying)), 'string')
    for (const cut of [10, 600, 2000, fine.length - 512, fine.length - 1])
      assert.notEqual(await refusal(fine.subarray(0, cut)), '')
    const siblings = Buffer.from(fine)
    for (let at = 512; at + 128 <= table; at += 128)
      for (const link of [68, 72, 76]) siblings.writeUInt32LE(1, at + link)
    assert.equal(typeof (await refusal(siblings)), 'string')
  })

  it('refuses folders without end, attachments without end, and many streams over one chain', async () => {
    let nested = aMessage({}, 24)
    for (let level = 0; level < 40; level += 1)
      nested = aMessage(
        { '__attach_version1.0_#00000000': { ...fixed(8, []), '__substg1.0_3701000D': nested } },
        24,
      )
    assert.equal(await refusal(aCompoundFile(nested)), 'too-deep')
    const attachments = Object.fromEntries(
      Array.from({ length: 30 }, (_, index) => [
        `__attach_version1.0_#0000${String(index).padStart(4, '0')}`,
        attachment('a.txt', Buffer.from('x')),
      ]),
    )
    const many = aCompoundFile(aMessage(attachments))
    assert.equal(await refusal(many, {}, { parts: 20 }), 'too-many-parts')
    assert.equal(await refusal(many, {}, { ratio: 1, ratioFloorBytes: 100 }), 'parsed')
    const shared = aCompoundFile(aMessage({ ...attachments, big: Buffer.alloc(200_000, 'a') }))
    for (let at = 512; at + 128 <= shared.length; at += 128)
      if (shared.toString('utf16le', at, at + 34) === '__substg1.0_37010') {
        shared.writeUInt32LE(0, at + 116)
        shared.writeUInt32LE(shared.length, at + 120)
      }
    assert.notEqual(await refusal(shared, {}, { ratio: 2, ratioFloorBytes: 1000 }), '')
  })
})
