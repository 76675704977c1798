import PostalMime from 'postal-mime'
import type { Address, Email } from 'postal-mime'
import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { aParser } from './a-mail.ts'
import type { PackedFile } from './real-mails.ts'

/**
 * postal-mime as an independent reader of the same mails. Where the two are known to differ on purpose, the comparison says
 * so: postal-mime reads raw 8-bit bytes and ISO-8859-1 with Node's decoder (U+FFFD, C1 controls), takes one mailbox of From,
 * does not unfold quotes of format=flowed, and turns line ends of text attachments.
 */
type Field = 'subject' | 'from' | 'to' | 'cc' | 'date' | 'attachments' | 'text'

export const squeeze = (text: string | undefined): string =>
  (text ?? '').replace(/\s+/g, ' ').trim()

/** What both decoders agree on: ASCII. */
const ascii = (text: string): string => squeeze(text.replace(/[^\x20-\x7e]+/g, ''))

export const mailboxes = (address: Address | readonly Address[] | undefined): string[] =>
  (address === undefined ? [] : Array.isArray(address) ? address : [address])
    .flatMap((one: Address) => one.group ?? [one])
    .map((one: { address?: string | undefined }) => ascii(one.address ?? '').toLowerCase())

export const addressesOf = (document: CanonicalDocument, role: string): string[] =>
  document.participants
    .filter((one) => one.role === role)
    .map((one) => ascii(one.address ?? '').toLowerCase())

const unique = (values: readonly string[]): string => [...new Set(values)].join()

/** Unencoded parts, whose line ends postal-mime turns. */
const isText = (type: string): boolean =>
  /^(?:text|message)\//.test(type) || type === 'application/pgp-signature'

const ours = (document: CanonicalDocument): Record<Field, string> => {
  const attached = document.spans.find((span) => span.kind === 'attachment')
  return {
    subject: ascii(document.subject ?? ''),
    from: addressesOf(document, 'from')[0] ?? '',
    to: unique(addressesOf(document, 'to')),
    cc: unique(addressesOf(document, 'cc')),
    date: String(document.dates.sent),
    attachments: document.attachments
      .filter(({ type }) => !isText(type))
      .map(({ name, bytes }) => `${ascii(name ?? '')}:${bytes}`)
      .join(),
    text: ascii(document.text.slice(0, attached?.start)),
  }
}

const theirs = (email: Email, document: CanonicalDocument): Record<Field, string> => {
  const at = email.date === undefined ? Number.NaN : Date.parse(email.date)
  // Only binary attachments by our reading: postal-mime believes the declared type.
  const binary = new Set(
    document.attachments.filter(({ type }) => !isText(type)).map(({ name }) => ascii(name ?? '')),
  )
  return {
    subject: ascii(email.subject ?? ''),
    from: mailboxes(email.from)[0] ?? '',
    to: unique(mailboxes(email.to)),
    cc: unique(mailboxes(email.cc)),
    // What it cannot read, it hands on as it is: nothing to compare with.
    date: Number.isNaN(at) ? String(document.dates.sent) : String(at),
    attachments: email.attachments
      .filter(({ mimeType, filename }) => !isText(mimeType) && binary.has(ascii(filename ?? '')))
      .map(({ filename, content }) => {
        const bytes = typeof content === 'string' ? content.length : content.byteLength
        return `${ascii(filename ?? '')}:${bytes}`
      })
      .join(),
    text: ascii(email.text ?? ''),
  }
}

/** Share of mails on which the two agree, per field. */
export const agreement = async (mails: readonly PackedFile[]): Promise<Record<string, number>> => {
  const parse = await aParser()
  const tally = new Map<string, [agreed: number, all: number]>()
  for (const { content } of mails) {
    const outcome = await parse({ content, name: 'x.eml' })
    if (outcome.kind !== 'parsed' || outcome.document.type !== 'message/rfc822') continue
    const email = await PostalMime.parse(withoutSeparator(content), {
      forceRfc822Attachments: true,
    })
    const mine = ours(outcome.document)
    const other = theirs(email, outcome.document)
    for (const field of Object.keys(mine) as Field[]) {
      if (field === 'text' && !isComparable(content, email)) continue
      const [agreed, all] = tally.get(field) ?? [0, 0]
      tally.set(field, [agreed + (mine[field] === other[field] ? 1 : 0), all + 1])
    }
  }
  return Object.fromEntries([...tally].map(([field, [agreed, all]]) => [field, agreed / all]))
}

const withoutSeparator = (content: Buffer): Buffer =>
  content.toString('latin1', 0, 5) === 'From ' ? content.subarray(content.indexOf(10) + 1) : content

/** Bodies that both read as plain text the same way: no flowed text, no HTML alone, no mbox stuffing, no raw 8-bit bytes. */
const isComparable = (content: Buffer, email: Email): boolean => {
  const raw = content.toString('latin1')
  if (/format="?flowed|^>+From /im.test(raw)) return false
  return email.html === undefined || /content-type:\s*text\/plain/i.test(raw)
}
