import { createHash } from 'node:crypto'
import PostalMime from 'postal-mime'
import type { Address, Attachment, Email } from 'postal-mime'
import { createBudget } from '../../../../processors/parse/budget.ts'
import { readHeaderBlock } from '../../../../processors/parse/mail/header-block.ts'
import { splitMime, type MimeLeaf } from '../../../../processors/parse/mail/mime-parts.ts'
import { decodeTransferEncoding } from '../../../../processors/parse/mail/transfer-encoding.ts'
import { defaultParseOptions } from '../../../../processors/parse/options.ts'
import type { Parse } from '../../../../processors/parse/parse.ts'
import type { CanonicalDocument } from '../../../../topology/model/document.ts'

export const FIELDS = ['subject', 'from', 'to', 'cc', 'date', 'attachments', 'text'] as const
export type Field = (typeof FIELDS)[number]

/** A mail as both readers see it. A field that only one of them reads, or reads otherwise on purpose, is not in `fields`. */
export interface ComparedMail {
  /** Without a separator line of an mbox. */
  readonly content: Buffer
  readonly document: CanonicalDocument
  readonly headers: ReadonlyMap<string, string>
  /** Where its own headers end. */
  readonly bodyStart: number
  readonly leaves: readonly MimeLeaf[]
  readonly email: Email
  readonly fields: ReadonlyMap<Field, { readonly ours: string; readonly theirs: string }>
}

const blanks = (text: string): string => text.replace(/\s+/g, ' ')

/** Characters that both decoders agree on: ASCII. White space is one blank. */
export const ascii = (text: string): string =>
  blanks(blanks(text).replace(/[^\x20-\x7e]+/g, '')).trim()

const unquoted = (address: string): string => ascii(address.replaceAll(/["\\]/g, '')).toLowerCase()

export const mailboxes = (address: Address | readonly Address[] | undefined): string[] =>
  (address === undefined ? [] : Array.isArray(address) ? address : [address])
    .flatMap((one: Address) => one.group ?? [one])
    .map((one: { address?: string | undefined }) => unquoted(one.address ?? ''))

export const addressesOf = (document: CanonicalDocument, role: string): string[] =>
  document.participants.filter((one) => one.role === role).map((one) => unquoted(one.address ?? ''))

/** Mailboxes without an address are names; which of them are kept is not compared. */
const unique = (values: readonly string[]): string =>
  [...new Set(values.filter((value) => value !== ''))].join()

/** Both readers on one mail; `undefined` where ours reads no mail in it, or the other gives up at a limit. */
export const compareMail = async (
  parse: Parse,
  content: Buffer,
): Promise<ComparedMail | undefined> => {
  const outcome = await parse({ content, name: 'x.eml' })
  if (outcome.kind !== 'parsed' || outcome.document.type !== 'message/rfc822') return undefined
  const bytes = withoutSeparator(content)
  const email = await PostalMime.parse(bytes, { forceRfc822Attachments: true }).catch(
    () => undefined,
  )
  if (email === undefined) return undefined
  const budget = createBudget(defaultParseOptions.limits, bytes.length)
  const { headers, leaves } = splitMime(bytes, '0', 0, budget)
  const { bodyStart } = readHeaderBlock(bytes, 0, bytes.length, budget)
  const { document } = outcome
  return {
    content: bytes,
    document,
    headers,
    bodyStart,
    leaves,
    email,
    fields: new Map([
      ...addressFields(document, email),
      ...dateField(document, email),
      ['attachments', attachmentsOf(leaves, email)],
      ...(isTextComparable(bytes, content, leaves, email) ? [textField(document, email)] : []),
    ]),
  }
}

type Entry = readonly [Field, { readonly ours: string; readonly theirs: string }]

const addressFields = (document: CanonicalDocument, email: Email): readonly Entry[] => [
  ['subject', { ours: ascii(document.subject ?? ''), theirs: ascii(email.subject ?? '') }],
  // It takes the first mailbox of From.
  [
    'from',
    { ours: addressesOf(document, 'from')[0] ?? '', theirs: mailboxes(email.from)[0] ?? '' },
  ],
  ['to', { ours: unique(addressesOf(document, 'to')), theirs: unique(mailboxes(email.to)) }],
  ['cc', { ours: unique(addressesOf(document, 'cc')), theirs: unique(mailboxes(email.cc)) }],
]

/** A date that it cannot read it hands on as it stands: nothing to compare with. */
const dateField = (document: CanonicalDocument, email: Email): readonly Entry[] => {
  const at = email.date === undefined ? Number.NaN : Date.parse(email.date)
  if (Number.isNaN(at) || !/^\d{4}-\d\d-\d\dT/.test(email.date ?? '')) return []
  return [['date', { ours: String(document.dates.sent), theirs: String(at) }]]
}

const textField = (document: CanonicalDocument, email: Email): Entry => {
  const attached = document.spans.find((span) => span.kind === 'attachment')
  return [
    'text',
    { ours: ascii(document.text.slice(0, attached?.start)), theirs: ascii(email.text ?? '') },
  ]
}

/** Names and hashes of the bytes of what is attached to the mail itself. */
const attachmentsOf = (leaves: readonly MimeLeaf[], email: Email): Entry[1] => {
  const theirs = email.attachments
    .filter(({ mimeType }) => !isReadOtherwise(mimeType))
    .map(({ filename, content }) => told(filename ?? undefined, bytesOf(content)))
  const ours = leaves
    .filter(({ role, type }) => role !== 'body' && !isReadOtherwise(type))
    .map((leaf) => ({ leaf, told: toldOf(leaf) }))
    .filter(({ leaf, told: one }) => !isShownText(leaf) || theirs.includes(one))
  return { ours: ours.map((one) => one.told).join(), theirs: theirs.join() }
}

/** It gives calendars as UTF-8, and a variant of a text that it does not know as an attachment. */
const isReadOtherwise = (type: string): boolean =>
  /^(?:text\/(?:calendar|enriched)|application\/ics)$/.test(type)

/** Text with a name: ours reads it behind the body as an attachment, the other shows it where it is not declared as one. */
const isShownText = ({ role, type }: MimeLeaf): boolean =>
  role === 'attachment' && /^text\/(?:plain|html)$/.test(type)

const toldOf = (leaf: MimeLeaf): string =>
  told(leaf.name, decodeTransferEncoding(leaf.bytes, leaf.encoding))

const bytesOf = (content: Attachment['content']): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(content as ArrayBuffer)

/** It turns the line ends of what is not base64, and ends it with one. */
const told = (name: string | undefined, bytes: Buffer): string => {
  const even = bytes
    .toString('latin1')
    .replace(/\r*\n/g, '\n')
    .replace(/[\r\n]+$/, '')
  return `${ascii(name ?? '')}:${even.length}:${createHash('sha1').update(even, 'latin1').digest('hex').slice(0, 8)}`
}

const withoutSeparator = (content: Buffer): Buffer =>
  content.toString('latin1', 0, 5) === 'From ' ? content.subarray(content.indexOf(10) + 1) : content

/** Bodies that both read as plain text the same way: no flowed text, no HTML, no text with a name, no mbox stuffing. */
const isTextComparable = (
  bytes: Buffer,
  content: Buffer,
  leaves: readonly MimeLeaf[],
  email: Email,
): boolean => {
  const bodies = leaves.filter(({ role }) => role === 'body')
  if (bodies.some(({ type }) => type !== 'text/plain')) return false
  if (bodies.some(({ parameters }) => parameters.get('format')?.toLowerCase() === 'flowed'))
    return false
  if (leaves.filter(isShownText).length > email.attachments.filter(isTextAttachment).length)
    return false
  return bytes === content || !/^>+From /m.test(content.toString('latin1'))
}

const isTextAttachment = ({ mimeType }: Attachment): boolean =>
  /^text\/(?:plain|html)$/.test(mimeType)
