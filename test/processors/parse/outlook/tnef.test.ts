import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { aMultipart, parsed, refusal } from '../a-mail.ts'
import { A_TIME } from './a-msg.ts'

const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value >>> 0)
  return bytes
}
const padded = (bytes: Buffer): Buffer =>
  Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)])

const attribute = (level: number, id: number, data: Buffer, claimed = data.length): Buffer =>
  Buffer.concat([Buffer.of(level), u32(id), u32(claimed), data, Buffer.alloc(2)])

const aTnef = (...parts: readonly Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('789f3e220100', 'hex'), ...parts])

const variable = (tag: number, bytes: Buffer): Buffer =>
  Buffer.concat([u32(tag), u32(1), u32(bytes.length), padded(bytes)])
const text = (id: number, value: string): Buffer =>
  variable(((id << 16) | 0x1f) >>> 0, Buffer.from(`${value}\0`, 'utf16le'))
const number = (id: number, value: number): Buffer =>
  Buffer.concat([u32(((id << 16) | 3) >>> 0), u32(value)])
const list = (...values: readonly Buffer[]): Buffer =>
  Buffer.concat([u32(values.length), ...values])

const time = Buffer.alloc(8)
time.writeBigUInt64LE(A_TIME)
const named = Buffer.concat([
  u32(0x8001001f),
  Buffer.alloc(16),
  u32(1),
  u32(6),
  padded(Buffer.from('abc', 'utf16le')),
  u32(1),
  u32(4),
  Buffer.from('xy', 'utf16le'),
])
const message = list(
  named,
  text(0x37, 'Engines'),
  text(0x0c1a, 'Ada'),
  Buffer.concat([u32(0x00390040), time]),
  Buffer.concat([u32(0x12341003), u32(2), u32(1), u32(2)]),
  text(0x1000, 'the body'),
)

describe('parse: winmail.dat', () => {
  it('gives the message and its attachments, attached messages too', async () => {
    const inner = aTnef(attribute(1, 0x00069003, list(text(0x1000, 'inner body'))))
    const document = await parsed(
      aTnef(
        attribute(1, 0x00069007, Buffer.from('e404000000000000', 'hex')),
        attribute(1, 0x00078008, Buffer.from('IPM.Note')),
        attribute(1, 0x00069003, message),
        attribute(1, 0x00069004, list(list(number(0x0c15, 1), text(0x39fe, 'bob@example.org')))),
        attribute(2, 0x00069002, Buffer.alloc(14)),
        attribute(2, 0x00018010, Buffer.from('caf\xe9.txt\0', 'latin1')),
        attribute(2, 0x0006800f, Buffer.from('in a file')),
        attribute(2, 0x00069002, Buffer.alloc(14)),
        attribute(
          2,
          0x00069005,
          list(
            text(0x3707, 'Forwarded'),
            variable(0x3701000d, Buffer.concat([Buffer.alloc(16), inner])),
          ),
        ),
      ),
    )
    assert.equal(document.type, 'application/ms-tnef')
    assert.equal(document.text, 'the body\n\nin a file\n\ninner body')
    assert.equal(document.subject, 'Engines')
    assert.equal(document.dates.sent, Date.UTC(2024, 0, 2, 3, 4, 5))
    assert.deepEqual(document.participants, [
      { role: 'from', name: 'Ada' },
      { role: 'to', address: 'bob@example.org' },
    ])
    assert.deepEqual(
      document.attachments.map(({ path, name, status }) => [path, name, status]),
      [
        ['0.0', 'café.txt', 'read'],
        ['0.1', 'Forwarded', 'read'],
      ],
    )
  })

  it('is read where it travelled in a mail, with the places of its attachments', async () => {
    const tnef = aTnef(
      attribute(2, 0x00069002, Buffer.alloc(14)),
      attribute(2, 0x00018010, Buffer.from('a.txt')),
      attribute(2, 0x0006800f, Buffer.from('in winmail')),
    )
    const document = await parsed(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nwords',
        `Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n${tnef.toString('base64')}`,
      ]),
    )
    assert.equal(document.text, 'words\n\nin winmail')
    assert.deepEqual(
      document.attachments.map(({ path, name }) => [path, name]),
      [
        ['0.1', 'winmail.dat'],
        ['0.1.0', 'a.txt'],
      ],
    )
  })

  it('survives lying lengths and counts, truncation, and messages without end', async () => {
    const fine = aTnef(attribute(1, 0x00069003, message))
    for (let cut = 4; cut < fine.length; cut += 7)
      assert.notEqual(await refusal(fine.subarray(0, cut)), 'unknown-format')
    for (const data of [
      u32(0xffffffff),
      Buffer.concat([u32(5), u32(0x1000101f), u32(0xffffffff), u32(0xffffffff)]),
      Buffer.concat([u32(0xffffffff), u32(0x8001001f), Buffer.alloc(16), u32(1), u32(0xffffffff)]),
    ])
      assert.equal(await refusal(aTnef(attribute(1, 0x00069003, data, 0x7fffffff))), 'parsed')
    let nested = aTnef(attribute(1, 0x00069003, message))
    for (let level = 0; level < 40; level += 1)
      nested = aTnef(
        attribute(2, 0x00069002, Buffer.alloc(14)),
        attribute(
          2,
          0x00069005,
          list(variable(0x3701000d, Buffer.concat([Buffer.alloc(16), nested]))),
        ),
      )
    assert.equal(await refusal(nested), 'too-deep')
    const empty = attribute(2, 0x00069002, Buffer.alloc(14))
    const many = aTnef(...Array.from({ length: 20_000 }, () => empty))
    assert.equal(await refusal(many), 'too-many-parts')
  })
})
