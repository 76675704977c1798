import { aMail } from '../a-mail.ts'
import { MEBIBYTE, pieces } from './hostile-file.ts'
import type { HostileFile } from './hostile-file.ts'

const PAGES: Readonly<Record<string, () => string>> = {
  '900 deep': () => '<div>'.repeat(900),
  '100,000 deep': () => '<div>'.repeat(100_000),
  'unclosed b and a': () => '<b><a>'.repeat(450),
  'closed but never opened': () => '</b>'.repeat(300_000),
  'opened comments': () => '<!--'.repeat(200_000),
  'angles only': () => '<'.repeat(1_000_000),
  'ampersands only': () => '&'.repeat(1_000_000),
  'endless entity': () => `&${'a'.repeat(1_000_000)};`,
  'numeric entities': () => '&#x110000;&#0;'.repeat(100_000),
  '300,000 attributes': () => `<p ${'a '.repeat(300_000)}>x`,
  'an attribute of 5 MB': () => `<p a="${'x'.repeat(5 * MEBIBYTE)}">x`,
  'an open attribute': () => `<p a="${'<p>'.repeat(300_000)}`,
  'nested tables': () => '<table><tr><td>'.repeat(300),
  '200,000 rows': () => `<table>${'<tr><td>a<td>b'.repeat(200_000)}`,
  'nested quotes': () => '<blockquote>x'.repeat(900),
  'an open script': () => `<script>${'</scrip'.repeat(200_000)}`,
  'an open style': () => `<style>${'a{}'.repeat(300_000)}`,
  'an open title': () => `<title>${'x'.repeat(MEBIBYTE)}`,
  'a character data section': () => '<![CDATA['.repeat(100_000),
  doctypes: () => '<!DOCTYPE x ['.repeat(50_000),
  'nested lists': () => '<ul><li>'.repeat(450),
  options: () => '<select><option>'.repeat(450),
  'a picture of 5 MB in its address': () =>
    `<img src="data:image/png;base64,${'A'.repeat(5 * MEBIBYTE)}">`,
  'zero bytes': () => '\0<p>'.repeat(200_000),
}
const pages: HostileFile[] = Object.entries(PAGES).flatMap(([what, make]) => [
  { name: `page: ${what}`, make: () => `<html><body>text ${make()}` },
  {
    name: `HTML mail: ${what}`,
    make: () => aMail(`text ${make()}`, { 'Content-Type': 'text/html' }),
  },
])

const LINES: Readonly<Record<string, () => string>> = {
  'line breaks': () => `${'\n'.repeat(2_000_000)}x`,
  dashes: () => '-'.repeat(1_000_000),
  underlines: () => '_'.repeat(1_000_000),
  spaces: () => `${' '.repeat(1_000_000)}x`,
  'quote marks': () => '>'.repeat(1_000_000),
  'deep quotes': () => `${'> '.repeat(60)}\n`.repeat(20_000),
  signatures: () => '--\n'.repeat(300_000),
  attributions: () => 'On Monday Bob wrote:\n'.repeat(50_000),
  originals: () => '-----Original Message-----\n'.repeat(40_000),
  'one letter': () => 'a'.repeat(5_000_000),
  'one ideograph': () => '漢'.repeat(1_000_000),
  marks: () => `a${'\u0301'.repeat(1_000_000)}`,
  emoji: () => '😀\u200d'.repeat(300_000),
  'lone surrogates': () => '\ud800'.repeat(500_000),
  digits: () => '4111 1111 1111 1111 '.repeat(30_000),
  'addresses that never end': () => 'a@'.repeat(500_000),
  dots: () => 'a.'.repeat(500_000),
  'plus signs': () => '+49 '.repeat(300_000),
}
const lines: HostileFile[] = Object.entries(LINES).map(([what, make]) => ({
  name: `text: ${what}`,
  make: () => aMail(make()),
}))

const CHARSETS = [
  'utf-8',
  'us-ascii',
  'iso-2022-jp',
  'iso-2022-kr',
  'gb18030',
  'gb2312',
  'big5',
  'chinesebig5',
  'euc-kr',
  'shift_jis',
  'utf-16',
  'utf-16be',
  'utf-32',
  'utf-7',
  'koi8-r',
  'windows-1252',
  'ibm850',
  'x-user-defined',
  'default',
  'no-such-charset',
  '""',
  "us-ascii'",
]
const NOISE = Buffer.from(
  Array.from(
    { length: 20_001 },
    (_, at) => [0xff, 0x1b, 0x24, 0xc3, 0x28, 0xe2, 0xa0, 0xf0, 0][(at * 7) % 9]!,
  ),
)
const charsets: HostileFile[] = CHARSETS.map((charset) => ({
  name: `charset: noise as ${charset}`,
  make: () =>
    Buffer.concat([
      Buffer.from(aMail('', { 'Content-Type': `text/plain; charset=${charset}` })),
      NOISE,
    ]),
}))

const CUE = '1\n00:00:01,000 --> 00:00:02,000\n'
const formats: HostileFile[] = [
  { name: 'JSON: 1,000,000 deep', make: () => '['.repeat(1_000_000) },
  { name: 'JSON: objects 500,000 deep', make: () => '{"a":'.repeat(500_000) },
  {
    name: 'JSON: a Slack day that ends in the middle',
    make: () => '[{"type":"message","ts":"1.0","text":"x"},'.repeat(20_000),
  },
  { name: 'JSON: a number without an end', make: () => `{"messages":${'9'.repeat(1_000_000)}}` },
  { name: 'captions: angles', make: () => `${CUE}${'<'.repeat(500_000)}` },
  { name: 'captions: voices', make: () => `${CUE}${'<v '.repeat(300_000)}` },
  { name: 'captions: 100,000 cues at one time', make: () => CUE.concat('x\n\n').repeat(100_000) },
  {
    name: 'captions: times beyond all',
    make: () => `WEBVTT\n\n${'99999999:99:99.999 --> 00:00:00.000\nx\n\n'.repeat(20_000)}`,
  },
  { name: 'captions: arrows', make: () => `WEBVTT\n\n${'-->'.repeat(300_000)}` },
  { name: 'chat: 200,000 lines of IRC', make: () => '[10:00] <a> x\n'.repeat(200_000) },
  { name: 'chat: brackets', make: () => '['.repeat(500_000).concat('10:00] <a> x\n') },
  {
    name: 'chat: 100,000 lines of WhatsApp',
    make: () => '01/02/2024, 10:00 - A: x\n'.repeat(100_000),
  },
  {
    name: 'XML: entities in entities',
    make: () =>
      `<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "x">${pieces(20, (at) => `<!ENTITY a${at} "&a${at - 1};&a${at - 1};">`)}]><FileDump>&a19;</FileDump>`,
  },
  {
    name: 'XML: an outer entity',
    make: () =>
      '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><FileDump>&b;</FileDump>',
  },
  {
    name: 'XML: 100,000 deep',
    make: () => `<?xml version="1.0"?><FileDump>${'<a>'.repeat(100_000)}`,
  },
  {
    name: 'signed: lengths that lie',
    make: () =>
      aMail('MIAGCSqGSIb3DQEHAqCA'.repeat(5000), {
        'Content-Type': 'application/pkcs7-mime; smime-type=signed-data',
        'Content-Transfer-Encoding': 'base64',
      }),
  },
  {
    name: 'armour without an end',
    make: () => aMail(`-----BEGIN PGP MESSAGE-----\n${'A'.repeat(64)}\n`.repeat(10_000)),
  },
  { name: 'CSV: a quote without an end', make: () => `a,b\n"${'x,\n'.repeat(500_000)}` },
  { name: 'text: a line of 60 MB', make: () => 'lorem '.repeat(10 * MEBIBYTE), large: true },
]

export const hostileTexts: readonly HostileFile[] = [...pages, ...lines, ...charsets, ...formats]
