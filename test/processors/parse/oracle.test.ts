import * as fc from 'fast-check'
import { before, describe, it } from 'mocha'
import assert from 'node:assert/strict'
import PostalMime from 'postal-mime'
import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { aParser } from './a-mail.ts'
import { addressesOf, compareMail, FIELDS, mailboxes } from './oracle/compare-mail.ts'
import { classOf } from './oracle/difference-classes.ts'
import { fuzzedMails } from './oracle/fuzzed-mail.ts'
import { shareOf, tallyMails } from './oracle/mail-oracle-tally.ts'
import { realFiles, type PackedFile } from './real-mails.ts'

describe('parse: against postal-mime', () => {
  describe('on real mail', () => {
    let mails: readonly PackedFile[] = []
    before(function () {
      const fixtures = realFiles('mail_fixtures/mikel_mail_fixtures.tar.gz')
      const corpus = realFiles('mail_spamassassin/spamassassin.tar.gz')
      // Reason to skip: the real data is not part of the repository and not on this machine.
      if (fixtures === undefined || corpus === undefined) this.skip()
      mails = [...fixtures, ...corpus.filter((_, index) => index % 24 === 0)].filter(({ name }) =>
        name.endsWith('.eml'),
      )
      assert.ok(mails.length > 300)
    })

    it('differs in less than one of 200 mails in any field, but for what is known', async function () {
      this.timeout(180_000)
      const { fields } = await tallyMails(await aParser(), mails)
      for (const [field, tally] of fields) {
        const share = shareOf(tally, true)
        assert.ok(share >= 0.995, `${field}: ${(share * 100).toFixed(2)} %`)
        assert.ok(tally.agreed > 100, field)
      }
    })

    it('reads every mail to a document with sound spans', async () => {
      const parse = await aParser()
      for (const { content } of mails) {
        const outcome = await parse({ content, name: 'x.eml' })
        assert.equal(outcome.kind, 'parsed')
        if (outcome.kind === 'parsed') assertSoundSpans(outcome.document)
      }
    })
  })

  /** More by `npm run fuzz:mail-oracle`. */
  const RUNS = 400

  it('agrees on written mails of the fuzzer in every field, but for what is known', async function () {
    this.timeout(180_000)
    const parse = await aParser()
    const met = new Set<string>()
    for (const { name, kind, content } of fuzzedMails(0, RUNS)) {
      if (kind !== 'written') continue
      const compared = await compareMail(parse, content)
      assert.ok(compared !== undefined, name)
      assertSoundSpans(compared.document)
      for (const [field, { ours, theirs }] of compared.fields) {
        met.add(field)
        const known = classOf(compared, field)
        if (known === undefined || known.right === 'theirs')
          assert.equal(ours, theirs, `${field} of ${name}`)
      }
    }
    assert.deepEqual([...met].sort(), [...FIELDS].sort())
  })

  it('agrees on most damaged ones, or the difference is of a known kind', async function () {
    this.timeout(180_000)
    const damaged = [...fuzzedMails(0, RUNS)].filter(({ kind }) => kind === 'damaged')
    const { fields, classes } = await tallyMails(await aParser(), damaged)
    for (const [field, tally] of fields)
      assert.ok(shareOf(tally, true) >= 0.98, `${field}: ${JSON.stringify(tally)}`)
    assert.ok(classes.size > 3)
  })

  it('agrees on generated mails, whatever the encodings', async () => {
    const parse = await aParser()
    await fc.assert(
      fc.asyncProperty(aGeneratedMail, async (mail) => {
        const content = Buffer.from(mail, 'latin1')
        const outcome = await parse({ content, name: 'x.eml' })
        assert.ok(outcome.kind === 'parsed')
        const email = await PostalMime.parse(content)
        const { document } = outcome
        assertSoundSpans(document)
        assert.equal(squeezed(document.subject), squeezed(email.subject))
        assert.deepEqual(addressesOf(document, 'to'), [...new Set(mailboxes(email.to))])
        assert.equal(
          squeezed(
            document.text.slice(0, document.spans.find(({ kind }) => kind === 'attachment')?.start),
          ),
          squeezed(email.text),
        )
        assert.deepEqual(
          document.attachments.map(({ name, bytes }) => [name, bytes]),
          email.attachments.map(({ filename, content: bytes }) => [
            filename,
            typeof bytes === 'string' ? bytes.length : bytes.byteLength,
          ]),
        )
      }),
      { numRuns: 300 },
    )
  })
})

const squeezed = (text: string | undefined): string => (text ?? '').replace(/\s+/g, ' ').trim()

/** Inside the text, sorted, enclosing spans first, no two of one kind and depth overlapping. */
const assertSoundSpans = (document: CanonicalDocument): void => {
  const ends = new Map<string, number>()
  let start = 0
  for (const span of document.spans) {
    assert.ok(span.start >= start && span.start < span.end && span.end <= document.text.length)
    start = span.start
    const key = `${span.kind} ${span.depth}`
    assert.ok((ends.get(key) ?? 0) <= span.start, `two ${key} overlap`)
    ends.set(key, span.end)
  }
}

const words = fc
  .array(
    fc.constantFrom(
      'Grüße',
      'naïve',
      'hello',
      'world',
      'Ünïcödé',
      'a=b',
      'x?y',
      '_u_',
      '日本',
      'z',
    ),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((list) => list.join(' '))

const quotedPrintable = (bytes: Buffer, extra: RegExp): string =>
  bytes
    .toString('latin1')
    .replace(extra, (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)

const encodedWord = (text: string, encoding: 'B' | 'Q'): string => {
  const bytes = Buffer.from(text)
  return encoding === 'B'
    ? `=?utf-8?B?${bytes.toString('base64')}?=`
    : `=?utf-8?Q?${quotedPrintable(bytes, /[^A-Za-z0-9]/g)}?=`
}

const aBody = fc
  .tuple(words, fc.constantFrom('base64', 'quoted-printable', '8bit'))
  .map(([text, encoding]) => {
    const bytes = Buffer.from(text)
    const body =
      encoding === 'base64'
        ? bytes.toString('base64').replace(/.{1,40}/g, '$&\r\n')
        : encoding === 'quoted-printable'
          ? quotedPrintable(bytes, /[^ -<>-~]/g).replace(/.{30}(?=[^=]{3})/g, '$&=\r\n')
          : bytes.toString('latin1')
    return `Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n\r\n${body}`
  })

const anAttachment = fc
  .tuple(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.stringMatching(/^[a-z]{1,8}$/))
  .map(
    ([bytes, name]) =>
      `Content-Type: image/png; name="${name}.png"\r\nContent-Disposition: attachment; filename="${name}.png"\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.concat([Buffer.from('\x89PNG\0', 'latin1'), bytes]).toString('base64')}`,
  )

const aGeneratedMail = fc
  .tuple(
    words,
    fc.constantFrom<'B' | 'Q'>('B', 'Q'),
    fc.array(fc.tuple(words, fc.emailAddress()), { minLength: 1, maxLength: 3 }),
    aBody,
    fc.array(anAttachment, { maxLength: 3 }),
  )
  .map(([subject, encoding, recipients, body, attachments]) => {
    const to = recipients
      .map(([name, address]) => `${encodedWord(name, encoding)} <${address}>`)
      .join(',\r\n ')
    const parts = [body, ...attachments].map((part) => `--b\r\n${part}\r\n`).join('')
    return `From: a@example.org\r\nTo: ${to}\r\nSubject: ${encodedWord(subject, encoding)}\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts}--b--\r\n`
  })
