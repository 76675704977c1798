import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aZip } from '../fetch/a-zip.ts'
import { aMail, aMultipart, parsed, refusal, textsOf } from './a-mail.ts'

const attached = (zip: Buffer): string =>
  aMultipart('mixed', [
    'Content-Type: text/plain\n\nwords',
    `Content-Type: application/zip; name=files.zip\nContent-Transfer-Encoding: base64\n\n${zip.toString('base64')}`,
  ])

const noise = Buffer.from(Array.from({ length: 3000 }, (_, index) => (index * 7919 + 13) % 251))

describe('parse: zip files inside others', () => {
  it('reads the files of a zip that came with a mail, each with its place', async () => {
    const inner = aZip([{ name: 'deep/er/c.txt', content: 'innermost' }])
    const zip = aZip([
      { name: 'a.txt', content: 'first' },
      { name: 'b.eml', content: aMail('a mail in a zip') },
      { name: 'c.zip', content: inner },
      { name: '__MACOSX/._a.txt', content: 'litter' },
      { name: 'x.bin', content: noise },
    ])
    const document = await parsed(attached(zip))
    assert.deepEqual(
      document.attachments.map(({ path, name, status }) => [path, name, status]),
      [
        ['0.1', 'files.zip', 'read'],
        ['0.1.0', 'a.txt', 'read'],
        ['0.1.1', 'b.eml', 'read'],
        ['0.1.2', 'c.zip', 'read'],
        ['0.1.2.0', 'c.txt', 'read'],
        ['0.1.3', 'x.bin', 'unsupported'],
      ],
    )
    assert.match(
      document.text,
      /^words\n\nfirst\n\nSubject: Engines[^]*a mail in a zip\n\ninnermost$/,
    )
    assert.equal(textsOf(document, 'attachment').filter((text) => text === 'innermost').length, 2)
  })

  it('goes on after a file with a password or damage, and says encrypted of a zip with nothing else', async () => {
    const zip = aZip([
      { name: 'locked.txt', content: 'x', encrypted: true },
      { name: 'lying.txt', content: 'abc', claimedBytes: 5 },
      { name: '../odd.txt', content: 'fine' },
    ])
    const document = await parsed(attached(zip))
    assert.deepEqual(
      document.attachments.map(({ name, status }) => [name, status]),
      [
        ['files.zip', 'read'],
        ['locked.txt', 'encrypted'],
        ['lying.txt', 'broken'],
        ['odd.txt', 'read'],
      ],
    )
    assert.deepEqual(document.warnings, ['encrypted'])
    const locked = aZip([{ name: 'locked.txt', content: 'x', encrypted: true }])
    assert.equal(await refusal(locked), 'encrypted')
    const mail = await parsed(attached(locked))
    assert.deepEqual([mail.text, mail.attachments[0]?.status], ['words', 'encrypted'])
  })

  it('counts what inflates over all zips of a file, nested ones too', async () => {
    const megabytes = { name: 'a.txt', content: Buffer.alloc(900_000, 'a') }
    let zip = aZip([megabytes])
    for (let level = 0; level < 6; level += 1)
      zip = aZip(Array.from({ length: 8 }, (_, index) => ({ name: `${index}.zip`, content: zip })))
    const document = await parsed(zip)
    const read = document.attachments.filter(
      ({ type, status }) => type === 'text/plain' && status === 'read',
    )
    assert.ok(read.length >= 1 && read.length * 900_000 <= 200 * zip.length)
    assert.ok(document.attachments.some(({ status }) => status === 'limit'))
  })

  it('refuses nesting without end, too many files, and a truncated zip', async () => {
    let zip = aZip([{ name: 'a.txt', content: 'x' }])
    for (let level = 0; level < 40; level += 1) zip = aZip([{ name: 'a.zip', content: zip }])
    assert.equal(await refusal(zip), 'too-deep')
    const many = aZip(
      Array.from({ length: 20 }, (_, index) => ({ name: `${index}`, content: 'x' })),
    )
    assert.equal(await refusal(many, {}, { parts: 10 }), 'too-many-parts')
    assert.equal(await refusal(many, {}, { zipEntries: 10 }), 'expansion')
    assert.equal(await refusal(many.subarray(0, many.length - 100)), 'broken')
  })

  it('has no text when no file has, and is unsupported when none can be read', async () => {
    assert.equal(await refusal(aZip([])), 'no-text')
    assert.equal(await refusal(aZip([{ name: 'x.bin', content: noise }])), 'unsupported-format')
  })
})
