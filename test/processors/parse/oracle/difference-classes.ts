import { isUtf8 } from 'node:buffer'
import type { ComparedMail, Field } from './compare-mail.ts'

/** A kind of difference whose reason is known. */
export interface DifferenceClass {
  readonly name: string
  /** Who reads it as the standard says; `neither` where the standard gives it no meaning. */
  readonly right: 'ours' | 'theirs' | 'neither'
  readonly fields: readonly Field[]
  readonly holds: (mail: ComparedMail, field: Field) => boolean
}

const HEADER_FIELDS: readonly Field[] = ['subject', 'from', 'to', 'cc']
const ADDRESS_FIELDS: readonly Field[] = ['from', 'to', 'cc']
const ALL_FIELDS: readonly Field[] = [...HEADER_FIELDS, 'date', 'attachments', 'text']

const headerOf = ({ headers }: ComparedMail, field: Field): string => headers.get(field) ?? ''

/** In the order in which they are tried: the first that holds counts. */
export const DIFFERENCE_CLASSES: readonly DifferenceClass[] = [
  {
    name: 'a comment inside a comment, which the other ends at the first bracket',
    right: 'ours',
    fields: ADDRESS_FIELDS,
    holds: (mail, field) =>
      /\([^)]*\(/.test(headerOf(mail, field)) && isEven(headerOf(mail, field)),
  },
  {
    name: 'bytes beyond ASCII in a header that are not UTF-8',
    right: 'neither',
    fields: HEADER_FIELDS,
    holds: (mail, field) => hasBrokenBytes(headerOf(mail, field)),
  },
  {
    name: 'a line among the headers that is none: body from there on by ours, passed over by the other',
    right: 'neither',
    fields: ALL_FIELDS,
    holds: (mail) => hasStrayLine(mail),
  },
  {
    name: 'addresses that are none, with control characters, text behind a bracket, or something that is not closed',
    right: 'neither',
    fields: ADDRESS_FIELDS,
    holds: (mail, field) =>
      !isEven(headerOf(mail, field)) ||
      hasOddText(headerOf(mail, field)) ||
      differInNoAddress(mail, field),
  },
  {
    name: 'a date that the standard does not allow, which the other guesses at',
    right: 'ours',
    fields: ['date'],
    holds: ({ headers }) => !DATE.test(headers.get('date') ?? ''),
  },
  {
    name: 'an encoded word that is not whole',
    right: 'neither',
    fields: HEADER_FIELDS,
    holds: (mail, field) => hasBrokenWord(headerOf(mail, field)),
  },
  {
    name: 'text whose charset is not named, unknown or not what the bytes are',
    right: 'ours',
    fields: ['text'],
    holds: ({ document }) => document.warnings.some((warning) => warning.startsWith('charset-')),
  },
  {
    name: 'a Content-Type that is no type and subtype, so plain text (RFC 2045 §5.2)',
    right: 'ours',
    fields: ['text', 'attachments'],
    holds: ({ content }) =>
      /^content-type[ \t]*:(?:(?!\n\S)[^/;])*(?:;|\n\S|$)/im.test(content.toString('latin1')),
  },
  {
    name: 'a transfer encoding that is none, by which ours decodes nothing',
    right: 'ours',
    fields: ['text', 'attachments'],
    holds: ({ leaves }) => leaves.some(({ encoding }) => !ENCODINGS.has(encoding)),
  },
  {
    name: 'a soft line break with blanks behind it (RFC 2045 §6.7)',
    right: 'ours',
    fields: ['text'],
    holds: ({ content }) => /=[ \t]+\r?\n/.test(content.toString('latin1')),
  },
  {
    name: 'a multipart whose boundary never comes',
    right: 'ours',
    fields: ['text', 'attachments'],
    holds: ({ document }) => document.warnings.includes('boundary-missing'),
  },
]

/** RFC 5322 §3.3 and §4.3, comments left out. */
const DATE =
  /^\s*(?:[a-z]{3},)?\s*\d{1,2}\s+[a-z]{3}\s+\d{2,4}\s+\d\d:\d\d(?::\d\d)?\s+(?:[+-]\d{4}|[a-z]{1,3})\s*(?:\(|$)/i

const ENCODINGS = new Set(['', '7bit', '8bit', 'binary', 'base64', 'quoted-printable'])

const hasBrokenBytes = (value: string): boolean =>
  /[\x80-\xff]/.test(value) && !isUtf8(Buffer.from(value, 'latin1'))

/** Every quote, bracket and comment is closed again, and nothing closes what was not open. */
const isEven = (value: string): boolean => {
  const rest = value.replace(/\\./g, '').replace(/"[^"]*"/g, '')
  if (rest.includes('"')) return false
  let depth = 0
  for (const sign of rest.replace(/[^()]/g, ''))
    if ((depth += sign === '(' ? 1 : -1) < 0) return false
  if (depth > 0) return false
  const angles = rest.replace(/\(.*\)/g, '').replace(/[^<>]/g, '')
  return angles === '<>'.repeat(angles.length / 2)
}

const hasControl = (value: string): boolean =>
  Array.from(value).some(
    (sign) => (sign < ' ' && sign !== '\t' && sign !== '\n') || sign === '\x7f',
  )

/** Control characters, words behind an angle bracket, a colon of no group. */
const hasOddText = (value: string): boolean => {
  const rest = value.replace(/"(?:\\.|[^"\\])*"/g, '""').replace(/\([^)]*\)|\[[^\]]*\]/g, '')
  const groups = rest.match(/:[^;]*;/g)?.length ?? 0
  return hasControl(value) || />\s*[^\s,;]/.test(rest) || rest.split(':').length - 1 !== groups
}

const ADDRESS = /^[\w.!#$%&'*+/=?^`{|}~ -]+@(?:[\w-]+(?:\.[\w-]+)*|\[[\w.:]*\])$/

/** What only one of the two has is no address. */
const differInNoAddress = ({ fields }: ComparedMail, field: Field): boolean => {
  const { ours, theirs } = fields.get(field)!
  const [mine, other] = [ours.split(','), theirs.split(',')]
  const single = [
    ...mine.filter((each) => !other.includes(each)),
    ...other.filter((each) => !mine.includes(each)),
  ]
  return single.every((each) => !ADDRESS.test(each))
}

/** A part, or the mail, whose headers do not end with an empty line. */
const hasStrayLine = ({ content, bodyStart, leaves }: ComparedMail): boolean =>
  !isBehindEmptyLine(content.subarray(bodyStart)) ||
  leaves.some(({ bytes }) => !isBehindEmptyLine(bytes))

/** Looks before the beginning of a view, into the mail that it is a view of. */
const isBehindEmptyLine = ({ buffer, byteOffset }: Buffer): boolean => {
  const start = Math.max(0, byteOffset - 4)
  return /\n\r*\n$/.test(Buffer.from(buffer, start, byteOffset - start).toString('latin1'))
}

const hasBrokenWord = (value: string): boolean =>
  value.includes('=?') &&
  /=\?|\?=/.test(value.replace(/=\?[\w*-]+\?(?:b\?[A-Za-z0-9+/]*={0,2}|q\?[^?\s]*)\?=/gi, ''))

export const classOf = (mail: ComparedMail, field: Field): DifferenceClass | undefined =>
  DIFFERENCE_CLASSES.find(
    (candidate) => candidate.fields.includes(field) && candidate.holds(mail, field),
  )
