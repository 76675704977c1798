import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aZip } from '../fetch/a-zip.ts'
import { aMail, aMultipart, parsing, refusal } from './a-mail.ts'
import { aLockedPdf, aPdf } from './a-pdf.ts'

/** Milliseconds that a case may take on a busy machine: it needs less than one second, a quadratic reading needs minutes. */
const FAST_MS = 15_000

const fast = (title: string, run: () => Promise<void>): void => {
  it(title, async function () {
    this.timeout(FAST_MS)
    await run()
  })
}

const MEBIBYTE = 1024 * 1024

describe('parse: hostile files end fast, with a code', () => {
  fast('a file of 0 bytes, or of blanks only', async () => {
    assert.equal(await refusal(''), 'empty')
    assert.equal(await refusal('', { name: 'a.eml', declaredType: 'message/rfc822' }), 'empty')
    assert.equal(await refusal(' \r\n\t\n'.repeat(MEBIBYTE)), 'empty')
  })

  fast('a mail of 10,000 nested multiparts', async () => {
    const open = Array.from(
      { length: 10_000 },
      (_, depth) => `Content-Type: multipart/mixed; boundary=b${depth}\n\n--b${depth}\n`,
    )
    assert.equal(await refusal(`From: a@b\nSubject: x\n${open.join('')}\n\nend`), 'too-deep')
  })

  fast('a mail of 10,000 nested messages', async () => {
    const open = 'Subject: x\nContent-Type: message/rfc822\n\n'.repeat(10_000)
    assert.equal(await refusal(`From: a@b\n${open}`), 'too-deep')
  })

  fast('a mail of 200,000 tiny parts', async () => {
    const parts = '--edge\n\nx\n'.repeat(200_000)
    const mail = aMail(parts, { 'Content-Type': 'multipart/mixed; boundary=edge' })
    assert.equal(await refusal(mail), 'too-many-parts')
  })

  fast('a mail of many parts without a header end', async () => {
    const parts = '--edge\nX-A: b\n'.repeat(9_000)
    const mail = aMail(parts, { 'Content-Type': 'multipart/mixed; boundary=edge' })
    assert.equal((await parsing(mail)).kind, 'parsed')
  })

  fast('a header of 20 MB, in one line or many', async () => {
    assert.equal(
      await refusal(`From: a@b\nSubject: ${'x'.repeat(20 * MEBIBYTE)}\n\nbody`),
      'header-too-large',
    )
    const lines = 'X-Line: abcdefghijklmnopqrstuvwxyz\n'.repeat(600_000)
    assert.equal(await refusal(`From: a@b\nSubject: x\n${lines}\nbody`), 'header-too-large')
  })

  fast('200,000 addresses', async () => {
    const to = 'a@example.org, '.repeat(100_000)
    const outcome = await parsing(aMail('x', { To: to }))
    assert.equal(outcome.kind, 'parsed')
    const many = Array.from({ length: 90_000 }, (_, index) => `a${index}@b.c`).join(',')
    const capped = await parsing(aMail('x', { To: many }))
    assert.equal(capped.kind === 'parsed' && capped.document.participants.length, 2000)
  })

  fast('headers made to make patterns backtrack', async () => {
    const bad = [
      `${'=?'.repeat(300_000)}`,
      `=?utf-8?Q?${'a'.repeat(500_000)}`,
      `=?utf-8?B?${'=?utf-8?B?'.repeat(60_000)}`,
      `${'('.repeat(300_000)}`,
      `${'"\\'.repeat(300_000)}`,
      `${'<'.repeat(300_000)}`,
      `${' '.repeat(300_000)}x`,
    ]
    for (const value of bad) {
      const headers = { Subject: value, From: value, Date: value, References: value }
      const outcome = await parsing(
        aMail('x', { ...headers, 'Content-Type': `text/plain; name=${value}` }),
      )
      assert.notEqual(outcome.kind, undefined)
    }
  })

  fast('address lists without an address, and comments before a page', async () => {
    const to = `${'a'.repeat(990)},`.repeat(2000)
    assert.equal((await parsing(aMail('x', { To: to }))).kind, 'parsed')
    for (const head of ['<!---->', '<!-- ', '-->', '<?xml ?>', '<'])
      assert.equal((await parsing(`<!--${head.repeat(100_000)}`)).kind, 'parsed')
  })

  fast('bodies made to make line rules backtrack', async () => {
    const bodies = [
      '\n'.repeat(2_000_000) + 'x',
      '-'.repeat(1_000_000),
      '_'.repeat(1_000_000),
      ' '.repeat(1_000_000) + 'x',
      '>'.repeat(1_000_000),
      `${'> '.repeat(60)}\n`.repeat(20_000),
      '--\n'.repeat(300_000),
      'On Monday Bob wrote:\n'.repeat(50_000),
      '-----Original Message-----\n'.repeat(40_000),
      '---------- Forwarded message\n'.repeat(40_000),
      'This e-mail\n\n'.repeat(50_000),
      `${'_'.repeat(20)}\n`.repeat(50_000),
      'word \n'.repeat(500_000),
    ]
    for (const body of bodies) assert.equal((await parsing(aMail(body))).kind, 'parsed')
    const flowed = { 'Content-Type': 'text/plain; format=flowed; delsp=yes' }
    for (const body of bodies) assert.equal((await parsing(aMail(body, flowed))).kind, 'parsed')
  })

  fast('HTML nested 100,000 deep: a page is refused, a mail keeps what came before', async () => {
    const deep = `<p>before</p>${'<div>'.repeat(100_000)}deep`
    assert.equal(await refusal(`<html><body>${deep}`), 'too-deep')
    const outcome = await parsing(aMail(deep, { 'Content-Type': 'text/html' }))
    assert.equal(outcome.kind === 'parsed' && outcome.document.text, 'before')
    assert.deepEqual(outcome.kind === 'parsed' && outcome.document.warnings, ['html-too-deep'])
  })

  fast('HTML made to make parsers quadratic', async () => {
    const pages = [
      `${'<div>'.repeat(900)}${'</b>'.repeat(200_000)}`,
      '<b><a>'.repeat(450) + 'x',
      '<!--'.repeat(200_000),
      '<'.repeat(1_000_000),
      '&'.repeat(1_000_000),
      `<p ${'a '.repeat(300_000)}>x`,
      '<table><tr><td>'.repeat(300) + 'x',
      '<blockquote>x'.repeat(900),
    ]
    for (const page of pages) {
      const outcome = await parsing(`<html><body>text ${page}`)
      assert.ok(outcome.kind === 'parsed' || outcome.code === 'too-deep')
    }
  })

  fast('a DOCX that is a zip bomb, honest or lying, or truncated, or locked', async () => {
    const xml = Buffer.from(`<w:document><w:body><w:p><w:r><w:t>${'a'.repeat(150 * MEBIBYTE)}`)
    const document = 'word/document.xml'
    const types = { name: '[Content_Types].xml', content: '<x/>' }
    assert.equal(await refusal(aZip([types, { name: document, content: xml }])), 'expansion')
    const lying = aZip([
      types,
      { name: document, content: xml.subarray(0, 9 * MEBIBYTE), claimedBytes: 5 },
    ])
    assert.equal(await refusal(lying), 'broken')
    const fine = aZip([types, { name: document, content: '<w:p><w:r><w:t>hi</w:t></w:r></w:p>' }])
    assert.equal((await parsing(fine)).kind, 'parsed')
    assert.equal(await refusal(fine.subarray(0, fine.length - 8)), 'broken')
    const locked = aZip([types, { name: document, content: 'x', encrypted: true }])
    assert.equal(await refusal(locked), 'encrypted')
    const deep = aZip([types, { name: document, content: '<a>'.repeat(50_000) }])
    assert.equal(await refusal(deep), 'too-deep')
    const many = Array.from({ length: 5001 }, (_, index) => ({
      name: `word/${index}`,
      content: '',
    }))
    assert.equal(await refusal(aZip([{ name: document, content: 'x' }, ...many])), 'expansion')
  })

  fast('a PDF with a password, a broken one, one of too many pages', async () => {
    assert.equal(await refusal(aLockedPdf), 'encrypted')
    assert.equal(await refusal('%PDF-1.7\nnothing of the sort'), 'broken')
    assert.equal(await refusal(aPdf(['one', 'two', 'three']), {}, { pages: 2 }), 'too-many-pages')
  })

  fast('bytes that are no text in any charset', async () => {
    const bytes = Buffer.from([
      0xff, 0xfe, 0xfd, 0xc3, 0x28, 0xa0, 0xa1, 0xe2, 0x28, 0xa1, 0xf0, 0x28,
    ])
    for (const charset of [
      'utf-8',
      'us-ascii',
      'iso-2022-jp',
      'gb18030',
      'utf-16',
      'utf-7',
      'no-such-charset',
      'default',
    ]) {
      const mail = Buffer.concat([
        Buffer.from(
          aMail('', {
            'Content-Type': `text/plain; charset=${charset}`,
            Subject: `=?${charset}?B?//79wyg=?=`,
          }),
        ),
        bytes,
      ])
      const outcome = await parsing(mail)
      assert.equal(outcome.kind, 'parsed', charset)
    }
  })

  fast('an unknown format and known ones without a reader', async () => {
    const noise = Buffer.from(Array.from({ length: 5000 }, (_, index) => (index * 7919 + 13) % 251))
    assert.equal(await refusal(noise), 'unknown-format')
    assert.equal(
      await refusal(Buffer.from('\x89PNG\r\n\x1a\n\0\0\0', 'latin1')),
      'unsupported-format',
    )
    assert.equal(await refusal(aZip([{ name: 'a.bin', content: noise }])), 'unsupported-format')
  })

  fast('JSON nested without end, and damaged chats', async () => {
    assert.equal((await parsing('['.repeat(1_000_000))).kind, 'parsed')
    const declaredType = 'application/x-slack-day+json'
    assert.equal(
      await refusal('{"channel":"x","users":{"U1":"Ada"},"messages":[{"ts":', { declaredType }),
      'broken',
    )
  })

  fast('captions with endless lines', async () => {
    const cue = '1\n00:00:01,000 --> 00:00:02,000\n'
    for (const words of [
      '<'.repeat(500_000),
      '<v '.repeat(300_000),
      '>>'.repeat(300_000),
      ' '.repeat(500_000) + 'x',
    ])
      assert.notEqual((await parsing(`${cue}${words}\n`)).kind, undefined)
  })

  fast('a file larger than allowed, and text beyond the limit', async () => {
    assert.equal(await refusal('x'.repeat(1001), {}, { bytes: 1000 }), 'too-large')
    assert.equal(await refusal('x'.repeat(1001), {}, { characters: 1000 }), 'too-large')
    assert.equal(await refusal(aMail('x'.repeat(1001)), {}, { characters: 1000 }), 'too-large')
  })

  fast('an attachment beyond a limit, while the mail itself is read', async () => {
    const bomb = aZip([
      { name: 'word/document.xml', content: Buffer.alloc(20 * MEBIBYTE, 'a') },
    ]).toString('base64')
    const outcome = await parsing(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nwords',
        `Content-Type: application/octet-stream; name=b.docx\nContent-Transfer-Encoding: base64\n\n${bomb}`,
      ]),
    )
    assert.equal(outcome.kind === 'parsed' && outcome.document.text, 'words')
    assert.equal(outcome.kind === 'parsed' && outcome.document.attachments[0]?.status, 'limit')
  })

  fast('never shows text of the document in its answer', async () => {
    const secret = 'SECRET-WORD'
    for (const content of [
      `%PDF-1.7 ${secret}`,
      Buffer.from(`\x89PNG\0${secret}`, 'latin1'),
      `From: ${secret}\nSubject: ${secret.repeat(300_000)}\n\n`,
    ])
      assert.doesNotMatch(JSON.stringify(await parsing(content)), /SECRET/)
  })
})
