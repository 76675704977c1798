import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aMail, aMultipart, parsed, textsOf } from './a-mail.ts'

describe('parse: a mail', () => {
  it('gives subject, people, date, thread and body', async () => {
    const document = await parsed(
      aMail('Hello Bob,\n\nit runs.\n', {
        Cc: '"Lovelace, Ada" <ada2@example.org>, carl@example.org (Carl C.)',
        References: '<root@example.org> <two@example.org>',
      }),
    )
    assert.equal(document.type, 'message/rfc822')
    assert.equal(document.text, 'Hello Bob,\n\nit runs.')
    assert.equal(document.subject, 'Engines')
    assert.equal(document.dates.sent, Date.UTC(2024, 0, 2, 2, 4, 5))
    assert.equal(document.threadId, 'root@example.org')
    assert.deepEqual(document.participants, [
      { role: 'from', name: 'Ada', address: 'ada@example.org' },
      { role: 'to', name: 'Bob', address: 'bob@example.org' },
      { role: 'cc', name: 'Lovelace, Ada', address: 'ada2@example.org' },
      { role: 'cc', name: 'Carl C.', address: 'carl@example.org' },
    ])
    assert.deepEqual(document.warnings, [])
  })

  it('reads a message cut from an mbox, without its separator line and its stuffing', async () => {
    const document = await parsed(
      `From ada@example.org Tue Jan  2 03:04:05 2024\n${aMail('one\n\n>From here on\n>>From there\n')}`,
    )
    assert.match(document.text, /^one\n\nFrom here on\n>From there$/)
  })

  it('takes the plain text of an alternative, and the HTML when there is no plain one', async () => {
    const html = 'Content-Type: text/html\n\n<p>rich <b>words</b></p>'
    const both = await parsed(
      aMultipart('alternative', ['Content-Type: text/plain\n\nplain words', html]),
    )
    assert.equal(both.text, 'plain words')
    const blank = await parsed(aMultipart('alternative', ['Content-Type: text/plain\n\n \n', html]))
    assert.equal(blank.text, 'rich words')
  })

  it('adds the text of attachments after a blank line, each under its path', async () => {
    const document = await parsed(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nSee below.',
        'Content-Type: text/plain; name=notes.txt\nContent-Disposition: attachment\n\nfirst note',
        `Content-Type: application/octet-stream\nContent-Transfer-Encoding: base64\nContent-Disposition: attachment; filename="page.html"\n\n${Buffer.from('<html><body><h1>Title</h1>page</body></html>').toString('base64')}`,
        `Content-Type: image/png; name=dot.png\nContent-Transfer-Encoding: base64\n\n${Buffer.from('\x89PNG\r\n\x1a\n\0\0', 'latin1').toString('base64')}`,
      ]),
    )
    assert.equal(document.text, 'See below.\n\nfirst note\n\nTitle\n\npage')
    assert.deepEqual(textsOf(document, 'attachment'), ['first note', 'Title\n\npage'])
    assert.deepEqual(
      document.spans.filter((span) => span.kind === 'attachment').map((span) => span.path),
      ['0.1', '0.2'],
    )
    assert.deepEqual(document.attachments, [
      { path: '0.1', name: 'notes.txt', type: 'text/plain', bytes: 10, status: 'read' },
      { path: '0.2', name: 'page.html', type: 'text/html', bytes: 44, status: 'read' },
      { path: '0.3', name: 'dot.png', type: 'image/png', bytes: 10, status: 'unsupported' },
    ])
  })

  it('reads a mail inside a mail, with its headers and its own attachments', async () => {
    const inner = aMultipart('mixed', [
      'Content-Type: text/plain\n\ninner words',
      'Content-Type: text/plain\nContent-Disposition: attachment; filename=deep.txt\n\ndeep words',
    ])
      .replaceAll('edge', 'inner-edge')
      .replaceAll('Bob', 'Inner Bob')
    const document = await parsed(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nouter',
        `Content-Type: message/rfc822\n\n${inner}`,
      ]),
    )
    assert.match(
      document.text,
      /^outer\n\nSubject: Engines\nFrom: Ada <ada@example\.org>\n[^]*\n\ninner words\n\ndeep words$/,
    )
    assert.deepEqual(
      document.participants.map(({ role, name }) => [role, name]),
      [
        ['from', 'Ada'],
        ['to', 'Bob'],
        ['author', 'Ada'],
        ['author', 'Inner Bob'],
      ],
    )
    assert.deepEqual(
      document.attachments.map(({ path, type, status }) => [path, type, status]),
      [
        ['0.1', 'message/rfc822', 'read'],
        ['0.1.0.1', 'text/plain', 'read'],
      ],
    )
    assert.deepEqual(
      document.spans
        .filter((span) => span.kind === 'attachment')
        .map((span) => [span.path, span.depth]),
      [
        ['0.1', 1],
        ['0.1.0.1', 2],
      ],
    )
  })

  it('joins encoded words that split a character, and decodes names after splitting at commas', async () => {
    const document = await parsed(
      aMail('x', {
        Subject: '=?utf-8?B?w6TD?=\r\n =?utf-8?B?tsO8?= =?iso-8859-1?Q?_=93quoted=94?= plain',
        From: '=?utf-8?Q?M=C3=BCller=2C_J=C3=B6rg?= <j@example.org>',
      }),
    )
    assert.equal(document.subject, 'äöü “quoted” plain')
    assert.deepEqual(document.participants[0], {
      role: 'from',
      name: 'Müller, Jörg',
      address: 'j@example.org',
    })
  })

  it('reads attachment names in continuations with a charset', async () => {
    const document = await parsed(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nx',
        'Content-Type: application/octet-stream\nContent-Disposition: attachment;\n filename*0*=utf-8\'de\'Gr%C3%BC;\n filename*1="sse;1";\n filename*2*=%2Etxt\n\nbody',
      ]),
    )
    assert.equal(document.attachments[0]?.name, 'Grüsse;1.txt')
  })

  it('decodes quoted-printable, soft line breaks included', async () => {
    const document = await parsed(
      aMail('caf=E9 =\nau lait=20\n100=25 =zz\n', {
        'Content-Type': 'text/plain; charset=iso-8859-1',
        'Content-Transfer-Encoding': 'quoted-printable',
      }),
    )
    assert.equal(document.text, 'café au lait \n100% =zz')
  })

  it('unfolds format=flowed and keeps the signature line', async () => {
    const document = await parsed(
      aMail('one \ntwo\n> quoted \n> words\n-- \nAda\n', {
        'Content-Type': 'text/plain; format=flowed',
      }),
    )
    assert.equal(document.text, 'one two\n> quoted words\n-- \nAda')
    assert.deepEqual(textsOf(document, 'quote'), ['> quoted words'])
    assert.deepEqual(textsOf(document, 'signature'), ['-- \nAda'])
  })

  it('marks nested quotes with their attribution line and removes nothing', async () => {
    const body = 'Yes.\n\nOn Monday Bob wrote:\n> why?\n>> because\n> ok\n\nBye'
    const document = await parsed(aMail(body))
    assert.equal(document.text, body)
    assert.deepEqual(
      document.spans.map(({ kind, depth, start, end }) => [kind, depth, body.slice(start, end)]),
      [
        ['body', 0, 'Yes.'],
        ['quote', 1, 'On Monday Bob wrote:\n> why?\n>> because\n> ok'],
        ['quote', 2, '>> because'],
        ['body', 0, 'Bye'],
      ],
    )
  })

  it('marks forwards, list footers and legal notices', async () => {
    const document = await parsed(
      aMail(
        'FYI\n\nThis e-mail and any attachments are confidential\nand intended solely for the addressee.\n\n---------- Forwarded message ----------\nFrom: Carl\n\nthe news\n',
      ),
    )
    assert.deepEqual(textsOf(document, 'forward'), [
      '---------- Forwarded message ----------\nFrom: Carl\n\nthe news',
    ])
    assert.equal(textsOf(document, 'disclaimer').length, 1)
    const list = await parsed(
      aMail(
        'words\n_______________________________________________\nX mailing list\nhttp://example.org/listinfo/x\n',
      ),
    )
    assert.match(textsOf(list, 'disclaimer')[0] ?? '', /^_{20,}\nX mailing list/)
  })

  it('marks the quotes of an HTML mail and skips what is hidden', async () => {
    const document = await parsed(
      aMail(
        '<html><body><div style="color:red; display: none">hidden orders</div><p>Answer</p><div class="gmail_quote">On Monday Bob wrote:<br><blockquote>Question</blockquote></div></body></html>',
        { 'Content-Type': 'text/html; charset=utf-8' },
      ),
    )
    assert.equal(document.text, 'Answer\n\nOn Monday Bob wrote:\n\nQuestion')
    assert.deepEqual(
      document.spans.map(({ kind, depth }) => [kind, depth]),
      [
        ['body', 0],
        ['quote', 1],
        ['quote', 2],
      ],
    )
  })

  it('marks what Outlook quotes, in text and in HTML, as one quote to the end', async () => {
    const text = await parsed(
      aMail(
        'Agreed.\n\nFrom: Bob <bob@example.org>\nSent: Monday\nTo: Ada\nSubject: x\n\nShall we?\n',
      ),
    )
    assert.deepEqual(textsOf(text, 'body'), ['Agreed.'])
    assert.match(textsOf(text, 'quote')[0] ?? '', /^From: Bob[^]*Shall we\?$/)
    const html = await parsed(
      aMail(
        '<html><body><p>Agreed.</p><div id="divRplyFwdMsg"><b>From:</b> Bob</div><p>Shall we?</p></body></html>',
        { 'Content-Type': 'text/html' },
      ),
    )
    assert.deepEqual(textsOf(html, 'body'), ['Agreed.'])
    assert.deepEqual(textsOf(html, 'quote'), ['From: Bob\n\nShall we?'])
  })

  it('goes on past what is encrypted', async () => {
    const document = await parsed(
      aMultipart('encrypted; protocol="application/pgp-encrypted"', [
        'Content-Type: application/pgp-encrypted\n\nVersion: 1',
        'Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----',
      ]),
    )
    assert.equal(document.text, '')
    assert.deepEqual(
      document.attachments.map(({ status }) => status),
      ['encrypted', 'encrypted'],
    )
    assert.deepEqual(document.warnings, ['encrypted'])
  })

  it('never takes the present for a date that cannot be read', async () => {
    const document = await parsed(aMail('x', { Date: 'some day in May' }))
    assert.deepEqual(document.dates, {})
    assert.deepEqual(document.warnings, ['date-unreadable'])
  })

  it('takes a quoted local part for one, with an at sign in it', async () => {
    const document = await parsed(aMail('x', { To: '"ann@here"@there.example, "a b"@c.example' }))
    assert.deepEqual(
      document.participants.filter(({ role }) => role === 'to').map(({ address }) => address),
      ['"ann@here"@there.example', '"a b"@c.example'],
    )
    const escaped = await parsed(aMail('x', { To: String.raw`"a\"b"@c.example` }))
    assert.deepEqual(escaped.participants.at(-1), {
      role: 'to',
      address: String.raw`"a\"b"@c.example`,
    })
  })

  it('decodes no encoded word inside an address, where the standard allows none', async () => {
    const address = '=?utf-8?B?ZXZpbEBhLmV4YW1wbGU=?=@b.example'
    const document = await parsed(aMail('x', { To: address, Cc: `Ann <${address}>` }))
    for (const role of ['to', 'cc'])
      assert.equal(document.participants.find((one) => one.role === role)?.address, address)
  })

  it('reads the zone behind an hour of twelve, and no zone as a year', async () => {
    const sentOf = async (Date: string): Promise<number | undefined> =>
      (await parsed(aMail('x', { Date }))).dates.sent
    assert.equal(
      await sentOf('Tue, 06 Aug 2002 06:50:21 PM -0400'),
      Date.UTC(2002, 7, 6, 22, 50, 21),
    )
    assert.equal(await sentOf('Tue, NaN Dec 04 07:15:23 +1300'), undefined)
  })

  it('reads dates as git and others write them, and none that are no day', async () => {
    const sentOf = async (Date: string): Promise<number | undefined> =>
      (await parsed(aMail('x', { Date }))).dates.sent
    const at = Date.UTC(2025, 2, 3, 4, 30)
    assert.equal(await sentOf('Mon Mar  3 10:00:00 2025 +0530'), at)
    assert.equal(await sentOf('Mon, 3 Mar 2025 10.00.00 +0530'), at)
    assert.equal(await sentOf('Mon, 3 Mar 2025 00:30:00 AST'), at)
    assert.equal(await sentOf('Mon, 3 Mar 2025 04:30:00 +9999'), at)
    assert.equal(await sentOf('Mon, 31 Feb 2025 10:00:00 +0000'), undefined)
    assert.equal(await sentOf('Sat, 29 Feb 2020 04:30:00 +0000'), Date.UTC(2020, 1, 29, 4, 30))
  })

  it('leaves out what is no digit of base64 in a subject', async () => {
    assert.equal((await parsed(aMail('x', { Subject: '=?utf-8?b?aGVs-bG8_?=' }))).subject, 'hello')
  })

  it('drops a soft line break that nothing follows', async () => {
    const headers = { 'Content-Transfer-Encoding': 'quoted-printable' }
    assert.equal((await parsed(aMail('caf=C3=A9=', headers))).text, 'café')
    assert.equal((await parsed(aMail('x', { Subject: '=?utf-8?Q?a_=?=' }))).subject, 'a =')
  })

  it('passes over what is no digit of base64, the dash and the low line too', async () => {
    const headers = { 'Content-Transfer-Encoding': 'base64' }
    assert.equal((await parsed(aMail('c29-tZSB0_ZXh0', headers))).text, 'some text')
  })
})
