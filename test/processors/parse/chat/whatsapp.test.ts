import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, parsing, textsOf } from '../a-mail.ts'

describe('parse: WhatsApp exports', () => {
  it('reads what an Android phone writes, lines of one message together', async () => {
    const document = await parsed(
      '31/12/2023, 22:58 - Messages are end-to-end encrypted.\n31/12/2023, 22:59 - Ada: Hello\nsecond: line\n\n31/12/2023, 23:00 - Ada: again\n01/01/2024, 00:01 - Bob B.: \u200e<Media omitted>\n',
    )
    assert.equal(document.type, 'text/x-whatsapp-chat')
    assert.equal(
      document.text,
      'Messages are end-to-end encrypted.\nAda: Hello\nsecond: line\nagain\nBob B.: <Media omitted>',
    )
    assert.deepEqual(textsOf(document, 'cue'), ['Hello\nsecond: line', 'again', '<Media omitted>'])
    assert.deepEqual(
      document.spans.filter((span) => span.kind === 'turn').map(({ speaker, at }) => [speaker, at]),
      [
        ['Ada', Date.UTC(2023, 11, 31, 22, 59)],
        ['Bob B.', Date.UTC(2024, 0, 1, 0, 1)],
      ],
    )
    assert.deepEqual(document.warnings, ['time-zone-unknown'])
  })

  it('reads what an iPhone writes, in the orders of dates and with half days', async () => {
    for (const [first, second] of [
      ['[12/31/23, 11:59:00\u202fPM]', '[1/1/24, 12:01:00\u202fAM]'],
      ['\u200e[31.12.23, 23:59:00]', '[01.01.24, 00:01:00]'],
      ['[2023-12-31, 23:59:00]', '[2024-01-01, 00:01:00]'],
    ]) {
      const document = await parsed(`${first} Ada: one\n${second} Ada: two\n`)
      assert.equal(document.text, 'Ada: one\ntwo', first)
      assert.deepEqual(document.dates, {
        sent: Date.UTC(2023, 11, 31, 23, 59),
        last: Date.UTC(2024, 0, 1, 0, 1),
      })
    }
  })

  it('dates nothing where day and month cannot be told apart', async () => {
    const document = await parsed('1/2/24, 10:00 - Ada: one\n1/3/24, 10:00 - Bob: two\n')
    assert.deepEqual(document.dates, {})
    assert.deepEqual(document.warnings, ['date-order-unknown', 'time-zone-unknown'])
    assert.deepEqual(textsOf(document, 'turn'), ['Ada: one', 'Bob: two'])
  })

  it('leaves other text with dates alone, and ends fast on hostile lines', async () => {
    assert.equal((await parsed('1/2/24 coffee\n1/3/24 tea\n')).type, 'text/plain')
    assert.equal(
      (
        await parsed(
          'Minutes\n\n1/2/24, 10:00 - Ada: came\nthen she left\nand so on\nand on\nand on\n',
        )
      ).type,
      'text/plain',
    )
    const start = '31/12/23, 10:00 - Ada: x\n31/12/23, 10:01 - Bob: y\n'
    for (const hostile of [
      '['.repeat(500_000),
      '1/'.repeat(500_000),
      `${start}${'\n'.repeat(500_000)}`,
      `${start}31/12/23, 10:00 - ${'a'.repeat(500_000)}`,
      start.repeat(40_000),
    ])
      assert.equal((await parsing(hostile)).kind, 'parsed')
    const many = Array.from({ length: 50_000 }, (_, index) => `31/12/23, 10:00 - P${index}: x`)
    const document = await parsed(many.join('\n'))
    assert.equal(document.participants.length, 2000)
    assert.ok(document.warnings.includes('participants-capped'))
  })
})
