import { aMail, aMultipart } from '../a-mail.ts'
import { MEBIBYTE, pieces } from './hostile-file.ts'
import type { HostileFile } from './hostile-file.ts'

const multipart = (parts: string): string =>
  aMail(parts, { 'Content-Type': 'multipart/mixed; boundary=edge' })
const nested = (depth: number): string =>
  `From: a@b\nSubject: x\n${pieces(depth, (at) => `Content-Type: multipart/mixed; boundary=b${at}\n\n--b${at}\n`)}\n\nend`
const messages = (depth: number): string =>
  `From: a@b\n${'Subject: x\nContent-Type: message/rfc822\n\n'.repeat(depth)}`

const nesting: HostileFile[] = [10, 33, 1000, 100_000].flatMap((depth) => [
  { name: `mail: ${depth} nested multiparts`, make: () => nested(depth) },
  { name: `mail: ${depth} nested messages`, make: () => messages(depth) },
])

const parts: HostileFile[] = [1000, 20_000, 200_000].flatMap((count) => [
  { name: `mail: ${count} tiny parts`, make: () => multipart('--edge\n\nx\n'.repeat(count)) },
  {
    name: `mail: ${count} parts without a blank line`,
    make: () => multipart('--edge\nX-A: b\n'.repeat(count)),
  },
  {
    name: `mail: ${count} boundaries that are almost it`,
    make: () => multipart('--edgy\n\nx\n'.repeat(count)),
  },
])

const HEADER_VALUES: Readonly<Record<string, () => string>> = {
  'opened encoded words': () => '=?'.repeat(300_000),
  'an endless encoded word': () => `=?utf-8?Q?${'a'.repeat(500_000)}`,
  'encoded words in encoded words': () => '=?utf-8?B?'.repeat(60_000),
  'nested comments': () => '('.repeat(300_000),
  'escaped quotes': () => '"\\'.repeat(300_000),
  'opened angles': () => '<'.repeat(300_000),
  spaces: () => `${' '.repeat(300_000)}x`,
  commas: () => ','.repeat(500_000),
  'group colons': () => 'g:;'.repeat(200_000),
  'encoded words of no charset': () => '=?x-none?B?////?= '.repeat(20_000),
}
const headerNames = ['From', 'Subject', 'Date', 'References'] as const
const headers: HostileFile[] = Object.entries(HEADER_VALUES).flatMap(([what, value]) =>
  headerNames.slice(0, 2).map((name) => ({
    name: `mail: ${what} in ${name}`,
    make: () => aMail('x', { [name]: value() }),
  })),
)
const more: HostileFile[] = [
  {
    name: 'mail: a header of 20 MB in one line',
    make: () => `From: a@b\nSubject: ${'x'.repeat(20 * MEBIBYTE)}\n\nbody`,
  },
  {
    name: 'mail: 600,000 header lines',
    make: () => `From: a@b\nSubject: x\n${'X-Line: abcdefghij\n'.repeat(600_000)}\nbody`,
  },
  {
    name: 'mail: a header folded 200,000 times',
    make: () => `From: a@b\nSubject: x${'\n y'.repeat(200_000)}\n\nbody`,
  },
  {
    name: 'mail: headers that never end',
    make: () => `From: a@b\nSubject: x\n${'X-A: b\n'.repeat(1000)}`,
  },
  {
    name: 'mail: 100,000 message ids',
    make: () => aMail('x', { References: '<a@b> '.repeat(100_000) }),
  },
  {
    name: 'mail: a date that is none',
    make: () => aMail('x', { Date: '99 Foo 99999 99:99:99 +9999'.repeat(5000) }),
  },
  {
    name: 'mail: 100,000 addresses',
    make: () => aMail('x', { To: pieces(100_000, (at) => `a${at}@b.c,`) }),
  },
  {
    name: 'mail: continued parameters',
    make: () =>
      aMail('x', { 'Content-Type': `text/plain${pieces(50_000, (at) => `; name*${at}=a`)}` }),
  },
  {
    name: 'mail: a boundary of 1 MB',
    make: () =>
      aMail('x', { 'Content-Type': `multipart/mixed; boundary="${'b'.repeat(MEBIBYTE)}"` }),
  },
  {
    name: 'mail: an empty boundary',
    make: () =>
      aMail('--\n\nx\n'.repeat(10_000), { 'Content-Type': 'multipart/mixed; boundary=""' }),
  },
  {
    name: 'mail: a part that holds its own boundary',
    make: () => aMultipart('mixed', pieces(200, () => '--edge\n').split('\n')),
  },
  {
    name: 'mail: 1,000,000 From lines',
    make: () => 'From a@b Thu Jan  1 00:00:00 1970\n'.repeat(1_000_000),
    large: true,
  },
  {
    name: 'mail: carriage returns only',
    make: () => aMail('x'.repeat(1000)).replaceAll('\n', '\r'),
  },
  { name: 'mail: zero bytes', make: () => aMail('\0'.repeat(1_000_000)) },
  {
    name: 'mail: a length that lies',
    make: () => aMail('short', { 'Content-Length': '99999999999' }),
  },
  { name: 'mail: a line of 30 MB', make: () => aMail('x'.repeat(30 * MEBIBYTE)) },
  {
    name: 'mail: words of 2 MB',
    make: () => aMail(`${'x'.repeat(2 * MEBIBYTE)} `.repeat(14)),
  },
  { name: 'mail: a line of 100 MB', make: () => aMail('x'.repeat(100 * MEBIBYTE)), large: true },
]

const ENCODED: Readonly<Record<string, readonly [encoding: string, body: () => string]>> = {
  'base64 that is none': ['base64', () => '!@#$%^&*('.repeat(100_000)],
  'base64 without an end': ['base64', () => 'A'.repeat(1_000_001)],
  'base64 in lines of one': ['base64', () => 'A\n'.repeat(500_000)],
  'soft breaks only': ['quoted-printable', () => '=\n'.repeat(500_000)],
  'broken escapes': ['quoted-printable', () => '=G='.repeat(500_000)],
  'trailing blanks': ['quoted-printable', () => `${' '.repeat(500)}\n`.repeat(2000)],
  'uuencoding that lies': ['x-uuencode', () => `begin 644 a\n${'M'.repeat(60)}\n`.repeat(5000)],
  'an unknown encoding': ['x-rot13-twice', () => 'abc\n'.repeat(50_000)],
}
const bodies: HostileFile[] = Object.entries(ENCODED).map(([what, [encoding, body]]) => ({
  name: `mail: ${what}`,
  make: () => aMail(body(), { 'Content-Transfer-Encoding': encoding }),
}))

export const hostileMails: readonly HostileFile[] = [
  ...nesting,
  ...parts,
  ...headers,
  ...more,
  ...bodies,
]
