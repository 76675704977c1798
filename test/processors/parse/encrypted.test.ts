import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aMail, aMultipart, parsed, refusal } from './a-mail.ts'

const der = (tag: number, ...parts: readonly (Buffer | string)[]): Buffer => {
  const content = Buffer.concat(parts.map((part) => Buffer.from(part as string)))
  const length = Buffer.alloc(5)
  length[0] = 0x84
  length.writeUInt32BE(content.length, 1)
  return Buffer.concat([Buffer.of(tag), length, content])
}
const oid = (last: number): Buffer =>
  Buffer.from(`06092a864886f70d0107${last.toString(16).padStart(2, '0')}`, 'hex')

const signed = (octets: Buffer): Buffer =>
  der(
    0x30,
    oid(2),
    der(
      0xa0,
      der(0x30, der(2, '\x01'), der(0x31), der(0x30, oid(1), der(0xa0, octets)), der(0x31)),
    ),
  )

const enveloped = der(0x30, oid(3), der(0xa0, der(0x30, der(2, '\0'), 'noise')))
const entity = 'Content-Type: text/plain\r\n\r\nsigned words'

const smime = (bytes: Buffer, parameters = ''): string =>
  aMail(bytes.toString('base64'), {
    'Content-Type': `application/pkcs7-mime${parameters}; name=smime.p7m`,
    'Content-Transfer-Encoding': 'base64',
  })

describe('parse: S/MIME', () => {
  it('says encrypted of an enveloped mail, and keeps who wrote it to whom', async () => {
    for (const mail of [smime(enveloped), smime(enveloped, '; smime-type=signed-data')]) {
      const document = await parsed(mail)
      assert.deepEqual([document.text, document.subject], ['', 'Engines'])
      assert.equal(document.attachments[0]?.status, 'encrypted')
      assert.deepEqual(document.warnings, ['encrypted'])
    }
    assert.equal(await refusal(enveloped, { name: 'words.txt' }), 'encrypted')
  })

  it('reads what a signature holds, in one piece or many, whatever is declared', async () => {
    const pieces = Buffer.concat([
      Buffer.of(0x24, 0x80),
      der(4, entity.slice(0, 10)),
      der(4, entity.slice(10)),
      Buffer.alloc(2),
    ])
    for (const octets of [der(4, entity), pieces, der(0x24, der(4, entity))]) {
      const document = await parsed(smime(signed(octets)))
      assert.equal(document.text, 'signed words')
      assert.equal(document.attachments[0]?.status, 'read')
    }
  })

  it('survives lengths that lie, signatures without content and inside one another', async () => {
    const whole = signed(der(4, entity))
    for (let cut = 1; cut < whole.length; cut += 3) await refusal(whole.subarray(0, cut))
    const lying = Buffer.from(whole)
    lying.fill(0xff, 2, 6)
    assert.equal(await refusal(lying), 'parsed')
    assert.equal(await refusal(der(0x30, oid(2), der(0xa0, der(0x30)))), 'unsupported-format')
    let nested: Buffer = Buffer.from(entity)
    for (let level = 0; level < 40; level += 1) nested = signed(der(4, nested))
    assert.equal(await refusal(nested), 'too-deep')
    assert.equal(typeof (await refusal(Buffer.from('3080'.repeat(500_000), 'hex'))), 'string')
  })
})

describe('parse: PGP', () => {
  const armour = '-----BEGIN PGP MESSAGE-----\n\nhQEMA0==\n-----END PGP MESSAGE-----\n'
  const packet = Buffer.concat([
    Buffer.from('85010c03', 'hex'),
    Buffer.alloc(8, 0x5a),
    Buffer.from('01', 'hex'),
    Buffer.alloc(300, 0x77),
  ])

  it('says encrypted of a file, armoured or not, and of a part of a mail that is read otherwise', async () => {
    assert.equal(await refusal(armour, { name: 'a.txt' }), 'encrypted')
    assert.equal(await refusal(packet), 'encrypted')
    assert.equal(
      await refusal(
        Buffer.concat([
          Buffer.from('8c0d0409030 2'.replace(' ', ''), 'hex'),
          Buffer.alloc(60, 0x81),
        ]),
      ),
      'encrypted',
    )
    const document = await parsed(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nwords',
        `Content-Type: application/octet-stream; name=a.pgp\nContent-Transfer-Encoding: base64\n\n${packet.toString('base64')}`,
      ]),
    )
    assert.deepEqual([document.text, document.attachments[0]?.status], ['words', 'encrypted'])
    assert.deepEqual(document.warnings, ['encrypted'])
  })

  it('reads signed text and text about PGP', async () => {
    const signedText =
      '-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\nwords\n-----BEGIN PGP SIGNATURE-----\n'
    assert.match((await parsed(signedText)).text, /words/)
    assert.match((await parsed(`See:\n${armour}`)).text, /See/)
    assert.match(
      (await parsed(Buffer.from('\x85 \x85tat de choses \xe9tabli', 'latin1'))).text,
      /tat/,
    )
  })
})
