import type { Below } from '../fuzz/mutate.ts'
import { encodedWords, words } from './fuzzed-headers.ts'

/** A part of a mail: the lines of its headers, and its body with LF as line ends, as latin1. */
export interface Part {
  readonly headers: readonly string[]
  readonly body: string
}

const one = <T>(items: readonly T[], below: Below): T => items[below(items.length)]!

const LINES = [
  '',
  '-- ',
  '--',
  '--no boundary',
  '> quoted',
  '.',
  'a = b',
  '==',
  '=3D',
  'ends in blank ',
  '\ttab',
  'x'.repeat(90),
  'http://example.org/?a=1&b=2',
]

const text = (below: Below): string =>
  Array.from({ length: 1 + below(8) }, () =>
    below(3) === 0 ? one(LINES, below) : words(below, 12),
  ).join('\n')

const CHARSETS = [
  'utf-8',
  'UTF-8',
  'iso-8859-1',
  'windows-1252',
  'koi8-r',
  'us-ascii',
  'iso-8859-15',
]

/** What the charset has no byte for is left out; of most, only ASCII is written. */
const bytesIn = (charset: string, value: string): string => {
  if (charset.toLowerCase() === 'utf-8') return Buffer.from(value).toString('latin1')
  const last = charset === 'iso-8859-1' ? '\xff' : '\x7f'
  return Array.from(value)
    .filter((character) => character <= last)
    .join('')
}

const quotedPrintable = (bytes: string, below: Below): string =>
  bytes
    .split('\n')
    .map((line) =>
      line
        .replace(
          /[^ -<>-~\t]|[ \t]$/g,
          (byte) => `=${byte.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
        )
        .replace(/(?:[^=]|=..){1,70}(?=.)/g, (run) =>
          run.length > 60 || below(6) === 0 ? `${run}=\n` : run,
        ),
    )
    .join('\n')

const base64 = (bytes: string, below: Below): string => {
  const coded = Buffer.from(bytes, 'latin1').toString('base64')
  const width = one([76, 60, 4, 75], below)
  return coded.replace(new RegExp(`.{1,${width}}`, 'g'), '$&\n').trimEnd()
}

const encoded = (
  bytes: string,
  below: Below,
): { readonly encoding: string; readonly coded: string } => {
  switch (below(3)) {
    case 0:
      return {
        encoding: one(['quoted-printable', 'Quoted-Printable'], below),
        coded: quotedPrintable(bytes, below),
      }
    case 1:
      return {
        encoding: one(['base64', 'BASE64'], below),
        coded: base64(bytes.replaceAll('\n', '\r\n'), below),
      }
    default:
      return { encoding: one(['8bit', '7bit', 'binary'], below), coded: bytes }
  }
}

/** Plain text under a charset, in one of the encodings. */
export const body = (below: Below): Part => {
  const charset = one(CHARSETS, below)
  const { encoding, coded } = encoded(bytesIn(charset, text(below)), below)
  const quote = one(['', '"'], below)
  const format = below(10) === 0 ? '; format=fixed' : ''
  return {
    headers: [
      `Content-Type: ${one(['text/plain', 'Text/Plain'], below)}; charset=${quote}${charset}${quote}${format}`,
      `Content-Transfer-Encoding: ${encoding}`,
      ...(below(8) === 0 ? ['Content-Disposition: inline'] : []),
    ],
    body: coded,
  }
}

const FILE_NAMES = [
  'plan.bin',
  'two words.png',
  'Übersicht.pdf',
  '計画.bin',
  'a;b.zip',
  'semi"quote.bin',
  'very-long-name-'.repeat(6),
]

/** A name in one of the ways in which mailers write it. */
const named = (name: string, key: string, below: Below): string => {
  const percent = encodeURIComponent(name).replace(
    /['()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16)}`,
  )
  const half = percent.indexOf('%', 8) === -1 ? 8 : percent.indexOf('%', 8)
  const isAscii = /^[\x20-\x7e]+$/.test(name)
  switch (below(isAscii ? 4 : 3)) {
    case 0:
      return `${key}*=utf-8''${percent}`
    case 1:
      return `${key}*0*=utf-8'en'${percent.slice(0, half)};\n ${key}*1*=${percent.slice(half)}`
    case 2:
      return `${key}="${encodedWords(name, below).replaceAll(/\n[ \t]/g, ' ')}"`
    default:
      return `${key}="${name.replaceAll('"', '\\"')}"`
  }
}

/** Bytes with a name, or another mail. */
export const attachment = (below: Below): Part => {
  if (below(6) === 0)
    return {
      headers: ['Content-Type: message/rfc822'],
      body: `From: in@example.org\nSubject: inner ${below(100)}\nContent-Type: text/plain\n\ninner text`,
    }
  const bytes = Array.from({ length: below(200) }, () => String.fromCharCode(below(256))).join('')
  const name = one(FILE_NAMES, below)
  return {
    headers: [
      `Content-Type: ${one(['application/octet-stream', 'image/png', 'application/pdf'], below)}`,
      'Content-Transfer-Encoding: base64',
      `Content-Disposition: ${one(['attachment', 'inline', 'Attachment'], below)}; ${named(name, 'filename', below)}`,
    ],
    body: base64(bytes, below),
  }
}
