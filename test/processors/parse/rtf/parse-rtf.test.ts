import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, parsing, refusal, textsOf } from '../a-mail.ts'

const rtf = (body: string): Buffer =>
  Buffer.from(`{\\rtf1\\ansi\\ansicpg1252\\deff0 ${body}}`, 'latin1')

describe('parse: RTF', () => {
  it('reads paragraphs, signs, escapes and table rows', async () => {
    const document = await parsed(
      rtf(
        "{\\info{\\title A letter}{\\author Ada}{\\operator nobody}}\\pard One \\b bold\\b0  caf\\'e9 \\{x\\}\\par\r\n" +
          'Two\\~x\\emdash y\\line three\\tab z\\par' +
          '\\trowd\\cellx1 a\\cell b\\par c\\cell\\row after',
      ),
    )
    assert.equal(document.type, 'application/rtf')
    assert.equal(document.text, 'One bold café {x}\nTwo x\u2014y\nthree\tz\na\tb c\nafter')
    assert.deepEqual(textsOf(document, 'table-row'), ['a\tb c'])
    assert.equal(document.subject, 'A letter')
    assert.deepEqual(document.participants, [{ role: 'author', name: 'Ada' }])
  })

  it('decodes Unicode with its replacement skipped, halves of surrogates, and the code page of each font', async () => {
    const fonts =
      '{\\fonttbl{\\f0\\fcharset0 Arial;}{\\f1\\fcharset204 Cyr;}{\\f2\\fcharset128 Ja;}}'
    const document = await parsed(
      rtf(
        `${fonts}\\uc1\\u8364? {\\uc2\\u945 ab}\\u-10179?\\u-8704? \\u-10179? {\\f1\\'cf\\'f0} {\\f2\\'93\\'fa\\'96{}{}{}} x`,
      ),
    )
    assert.match(document.text, /^€ α😀 \ufffd Пр 日/)
  })

  it('leaves out what is not shown', async () => {
    const document = await parsed(
      rtf(
        '{\\*\\generator x;}{\\stylesheet{\\s0 Normal;}}{\\pict\\bin4 }}{{abcdef}{\\field{\\*\\fldinst HYPERLINK "x"}{\\fldrslt shown}} {\\v hidden}{\\deleted gone}end{\\*\\unknown{\\deep words}}',
      ),
    )
    assert.equal(document.text, 'shown end')
  })

  it('is read from a mail and known by its start only', async () => {
    assert.equal((await parsed(rtf('x'), { name: 'a.doc' })).text, 'x')
    assert.equal((await parsed('words {\\rtf1 x}')).type, 'text/plain')
  })

  it('refuses groups without end and text beyond the limit, and survives the rest', async () => {
    assert.equal(await refusal(rtf('{'.repeat(100_000))), 'too-deep')
    assert.equal(await refusal(rtf('words '.repeat(1000)), {}, { characters: 1000 }), 'too-large')
    for (const [body, kind] of [
      ['\\bin999999999 abc', 'unreadable'],
      ['\\bin-5 abc', 'parsed'],
      ['}'.repeat(500_000) + 'x', 'parsed'],
      ["\\'".repeat(500_000) + 'x', 'parsed'],
      ['\\u'.repeat(500_000) + 'x', 'parsed'],
      ['\\uc99999999\\u65 x'.repeat(1000), 'parsed'],
      [`\\${'a'.repeat(1_000_000)}`, 'parsed'],
      [`x\\b${'1'.repeat(1_000_000)}`, 'parsed'],
      ['\\trowd\\cell'.repeat(200_000), 'unreadable'],
      ['\\row\\row x\\row', 'parsed'],
      [`{\\pict ${'0a'.repeat(2_000_000)}`, 'unreadable'],
      ['\\', 'parsed'],
    ] as const)
      assert.equal((await parsing(rtf(body))).kind, kind, body.slice(0, 20))
    const whole = rtf('one\\par two\\par three')
    assert.equal((await parsed(whole.subarray(0, whole.length - 8))).text, 'one\ntwo')
  })
})
