import assert from 'node:assert/strict'
import fc from 'fast-check'
import { describe, it } from 'mocha'
import { sniffBytes } from '../../../processors/parse/sniff.ts'
import { parsed, refusal } from './a-mail.ts'

const kindOf = (bytes: Buffer): string => sniffBytes(bytes, { embedded: false }).kind

const LINE = 'Dear Ada, the meeting of Monday is moved to Tuesday at ten. Kind regards, Bob.\n'

describe('a text with a few NUL bytes', () => {
  it('is read without them, and said to be broken', async () => {
    const document = await parsed(`${LINE}Second\0 li\0ne.\n${LINE}`)
    assert.equal(document.type, 'text/plain')
    assert.equal(document.text, `${LINE}Second line.\n${LINE}`.trimEnd())
    assert.deepEqual(document.warnings, ['charset-broken'])
  })

  it('is one in UTF-8 and in a charset of single bytes, too', async () => {
    const german = 'Größe, Übung und Straße stehen hier, ohne dass es jemanden stört. '.repeat(200)
    assert.equal((await parsed(`\0${german}`)).text, german.trimEnd())
    const latin = Buffer.from(`\0${german}`, 'latin1')
    assert.equal((await parsed(latin)).text, german.trimEnd())
  })

  it('is read as HTML by what a browser makes of them', async () => {
    const page = `\0<html><title>A\0da</title><body><p>so\0me words of a page that is long enough</p>
      <sty\0le>shown</sty\0le><p style="display:no\0ne">shown too</p><p hidden>no\0</p><!-- ${LINE.repeat(3)} --></body>`
    const document = await parsed(page)
    assert.equal(document.type, 'text/html')
    assert.equal(document.subject, 'Ada')
    assert.equal(document.text, 'some words of a page that is long enough\n\nshown\n\nshown too')
    assert.deepEqual(document.warnings, ['charset-broken'])
  })

  it('is a mail without them', async () => {
    const mail = (type: string, body: string) =>
      `From: ada@example.org\nDate: Mon, 1 Jan 2024 10:00:00 +0000\nContent-Type: ${type}\n\n${body}\n`
    for (const type of ['text/plain', 'text/html']) {
      const document = await parsed(mail(type, 'so\0me words'))
      assert.equal(document.text, 'some words')
      assert.deepEqual(document.warnings, ['charset-broken'])
    }
  })
})

describe('bytes with NULs', () => {
  const unknown: readonly (readonly [name: string, bytes: Buffer])[] = [
    ['a letter and a NUL', Buffer.from('a\0')],
    ['words that end in NULs', Buffer.from('name\0path/to/file\0other/file\0'.repeat(40))],
    ['UTF-16 without a mark', Buffer.from(LINE.repeat(20), 'utf16le')],
    ['UTF-16 of the other order without a mark', Buffer.from(LINE.repeat(20), 'utf16le').swap16()],
    [
      'UTF-16 without a mark in Chinese, with few NULs',
      Buffer.from(
        '会议改到星期二上午十点在会议室举行，请大家准时参加，谢谢合作。 '.repeat(40),
        'utf16le',
      ),
    ],
    ['a text with other signs of a binary', Buffer.from(`\0${LINE}\x01${LINE.repeat(5)}`)],
    [
      'bytes beyond ASCII of no text',
      Buffer.from(
        Array.from({ length: 4000 }, (_, at) => (at % 97 === 0 ? 0 : 128 + ((at * 7919) % 128))),
      ),
    ],
    [
      'a program of WebAssembly',
      Buffer.concat([
        Buffer.from('\0asm\x01\0\0\0\x01\x04\x01\x60\0\0', 'latin1'),
        Buffer.from(LINE),
      ]),
    ],
    [
      'a program of Java',
      Buffer.concat([Buffer.from('cafebabe0000003d', 'hex'), Buffer.from(LINE)]),
    ],
    [
      'a tape archive',
      Buffer.concat([Buffer.from('file.txt'.padEnd(512, '\0')), Buffer.from(LINE.repeat(60))]),
    ],
  ]
  for (const [name, bytes] of unknown)
    it(`are of an unknown format: ${name}`, async () =>
      assert.equal(await refusal(bytes), 'unknown-format'))

  it('are of a known format by their signature', () => {
    const rest = Buffer.from(`\0${LINE.repeat(10)}`)
    for (const magic of ['\x7fELF', 'SQLite format 3', '\x89PNG', 'GIF8', 'PAR1'])
      assert.equal(kindOf(Buffer.concat([Buffer.from(magic, 'latin1'), rest])), 'unsupported')
    assert.equal(
      kindOf(Buffer.concat([Buffer.from('MZ\x90\0\x03\0\0\0', 'latin1'), rest])),
      'unsupported',
    )
  })

  it('are text with the mark of UTF-16 or UTF-32', async () => {
    assert.equal((await parsed(Buffer.from(`\ufeff${LINE}`, 'utf16le'))).text, LINE.trimEnd())
    const wide = Buffer.alloc(4 * (LINE.length + 1))
    for (const [at, character] of Array.from(`\ufeff${LINE}`).entries())
      wide.writeUInt32LE(character.codePointAt(0) ?? 0, 4 * at)
    assert.equal(kindOf(wide), 'text')
  })

  it('are of an unknown format where they are random', () => {
    const bytes = fc
      .tuple(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ minLength: 60, maxLength: 300 }))
      .map(([before, after]) => Buffer.from([...before, 0, ...after]))
    fc.assert(
      fc.property(bytes, (each) => {
        assert.notEqual(kindOf(each), 'text')
      }),
      { numRuns: 2000, seed: 7 },
    )
  })
})
