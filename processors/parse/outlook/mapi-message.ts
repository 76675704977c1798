import type { CanonicalDocument, Participant } from '../../../topology/model/document.ts'
import { decodeText, normaliseLineEnds } from '../../formats/charset.ts'
import { codePageOfLocale, labelOfCodePage } from '../../formats/code-page.ts'
import { DocumentDraft } from '../document-draft.ts'
import { addEmbedded, type EmbeddedResult, type FileContext } from '../embedded.ts'
import { htmlToText, type HtmlText } from '../html.ts'
import { markLines } from '../mark-lines.ts'
import { parseRtf } from '../rtf/parse-rtf.ts'
import { wellFormed } from '../well-formed.ts'
import { decompressRtf } from './compressed-rtf.ts'
import {
  bytesOf,
  MAPI,
  numberOf,
  STRING8,
  textOf,
  timeOf,
  UNICODE,
  type MapiProperties,
} from './mapi-properties.ts'

/** An Outlook message, as a .msg file or a winmail.dat holds it. */
export interface MapiMessage {
  readonly properties: MapiProperties
  readonly recipients: readonly MapiProperties[]
  readonly attachments: readonly MapiAttachment[]
}

export interface MapiAttachment {
  readonly properties: MapiProperties
  /** The bytes of a file, or none. */
  readonly content?: () => Buffer
  /** A message that is attached as such. */
  readonly message?: () => MapiMessage
}

/**
 * Makes the canonical document of a message: its plain body, else the HTML, else the RTF; then each attachment that can be read.
 *
 * @throws ParseRefusal at a limit
 */
export const parseMapiMessage = async (
  message: MapiMessage,
  type: string,
  context: FileContext,
): Promise<CanonicalDocument> => {
  const { properties } = message
  context.budget.checkDepth(context.depth)
  const draft = new DocumentDraft(type, context.budget)
  const codePage = codePageOf(properties)
  addHeaders(draft, message, codePage)
  if (context.path !== '0') addHeaderText(draft)
  addBody(draft, properties, codePage)
  for (const [index, attachment] of message.attachments.entries())
    await addAttachment(draft, attachment, codePage, {
      ...context,
      path: `${context.path}.${index}`,
    })
  return draft.finish()
}

/** Code page of 8-bit texts: the message's own, else that of its language, else that in which it travelled. */
const codePageOf = (properties: MapiProperties): number | undefined => {
  const locale = numberOf(properties, MAPI.messageLocale)
  return (
    numberOf(properties, MAPI.messageCodePage) ??
    (locale === undefined ? undefined : codePageOfLocale(locale)) ??
    numberOf(properties, MAPI.internetCodePage)
  )
}

const ROLES: ReadonlyMap<number, Participant['role']> = new Map([
  [1, 'to'],
  [2, 'cc'],
  [3, 'bcc'],
])

const addHeaders = (
  draft: DocumentDraft,
  { properties, recipients }: MapiMessage,
  codePage: number | undefined,
): void => {
  const text = (id: number): string | undefined => {
    const value = wellFormed(textOf(properties, id, codePage) ?? '').trim()
    return value === '' ? undefined : value
  }
  const subject = text(MAPI.subject)
  // A first character of U+0001 says, with the next, how long the prefix ("RE: ") is.
  if (subject !== undefined)
    draft.subject = subject.startsWith('\u0001') ? subject.slice(2) : subject
  const sender = {
    name: text(MAPI.senderName),
    address: addressOf(text(MAPI.senderSmtpAddress), text(MAPI.senderAddress)),
  }
  const sentFor = {
    name: text(MAPI.sentForName),
    address: addressOf(text(MAPI.sentForSmtpAddress), text(MAPI.sentForAddress)),
  }
  const from = sentFor.name === undefined && sentFor.address === undefined ? sender : sentFor
  addMailbox(draft, 'from', from.name, from.address)
  if (from.name !== sender.name) addMailbox(draft, 'sender', sender.name, sender.address)
  addRecipients(draft, recipients, codePage)
  if (recipients.length === 0)
    for (const [id, role] of DISPLAYED) addMailbox(draft, role, text(id), undefined)
  const sent = timeOf(properties, MAPI.submitTime) ?? timeOf(properties, MAPI.deliveryTime)
  if (sent === undefined) draft.warn('date-missing')
  else draft.sent = sent
  for (const id of [MAPI.references, MAPI.inReplyTo, MAPI.messageId])
    draft.threadId ??= /<([^<>\s]{1,998})>/.exec((text(id) ?? '').slice(0, 4000))?.[1]
}

/** Recipients as one line of names, where the message has no list of them. */
const DISPLAYED = [
  [MAPI.displayTo, 'to'],
  [MAPI.displayCc, 'cc'],
  [MAPI.displayBcc, 'bcc'],
] as const

const addRecipients = (
  draft: DocumentDraft,
  recipients: readonly MapiProperties[],
  codePage: number | undefined,
): void => {
  for (const recipient of recipients.slice(0, draft.budget.limits.participants)) {
    const role = ROLES.get((numberOf(recipient, MAPI.recipientType) ?? 1) & 3) ?? 'to'
    const text = (id: number): string | undefined =>
      wellFormed(textOf(recipient, id, codePage) ?? '').trim() || undefined
    const address = addressOf(text(MAPI.smtpAddress), text(MAPI.emailAddress))
    addMailbox(draft, role, text(MAPI.displayName), address)
  }
}

/** Addresses inside Exchange (`/O=…/CN=…`) are none that mean something elsewhere. */
const addressOf = (...candidates: readonly (string | undefined)[]): string | undefined =>
  candidates.find((candidate) => candidate?.includes('@') === true)?.toLowerCase()

const addMailbox = (
  draft: DocumentDraft,
  role: Participant['role'],
  name: string | undefined,
  address: string | undefined,
): void => {
  if (name === undefined && address === undefined) return
  const shown = name?.replace(/^'(.*)'$/s, '$1')
  const named = shown === undefined || shown.toLowerCase() === address ? {} : { name: shown }
  draft.addParticipant({ role, ...named, ...(address === undefined ? {} : { address }) })
}

/** What a reader sees above an attached message: it has no other place in the document. */
const addHeaderText = (draft: DocumentDraft): void => {
  const mailboxes = (role: Participant['role']): string =>
    draft.participants
      .filter((participant) => participant.role === role)
      .map(({ name, address }) => [name, address && `<${address}>`].filter(Boolean).join(' '))
      .join(', ')
  const lines = [
    ['Subject', draft.subject ?? ''],
    ['From', mailboxes('from')],
    ['To', mailboxes('to')],
    ['Cc', mailboxes('cc')],
  ].flatMap(([name = '', value = '']) => (value === '' ? [] : [`${name}: ${value.slice(0, 2000)}`]))
  if (lines.length === 0) return
  draft.append(lines.join('\n'))
  draft.mark({ kind: 'header', start: 0, end: draft.length, depth: 0 })
  draft.append('\n\n')
}

const addBody = (
  draft: DocumentDraft,
  properties: MapiProperties,
  codePage: number | undefined,
): void => {
  const { text, quotes } = bodyOf(draft, properties, codePage)
  const trimmed = wellFormed(text).trimEnd()
  if (trimmed.trim() === '') return
  const start = draft.length
  draft.append(trimmed)
  for (const span of markLines(trimmed, quotes))
    draft.mark({ ...span, start: span.start + start, end: span.end + start })
  if (trimmed.includes('-----BEGIN PGP MESSAGE-----')) draft.warn('encrypted')
}

const bodyOf = (
  draft: DocumentDraft,
  properties: MapiProperties,
  codePage: number | undefined,
): Pick<HtmlText, 'text' | 'quotes'> => {
  const plain = normaliseLineEnds(textOf(properties, MAPI.body, codePage) ?? '')
  if (plain.trim() !== '') return { text: plain, quotes: [] }
  const html = htmlOf(properties, codePage)
  if (html !== undefined) {
    const read = htmlToText(html, draft.budget.limits.elementDepth)
    if (read.cut) draft.warn('html-too-deep')
    return read
  }
  const packed = bytesOf(properties, MAPI.compressedRtf)
  const rtf = packed === undefined ? undefined : decompressRtf(packed, draft.budget)
  return { text: rtf === undefined ? '' : parseRtf(rtf, draft.budget).text, quotes: [] }
}

/** HTML is stored as bytes in the internet code page, sometimes as text. */
const htmlOf = (properties: MapiProperties, codePage: number | undefined): string | undefined => {
  const property = properties.get(MAPI.html)
  if (property === undefined) return undefined
  if (property.type === UNICODE || property.type === STRING8)
    return textOf(properties, MAPI.html, codePage)
  const internet = numberOf(properties, MAPI.internetCodePage)
  const label = internet === undefined ? undefined : labelOfCodePage(internet)
  return decodeText(property.value(), label).text
}

const ATTACHED_TYPE = 'application/octet-stream'

const addAttachment = async (
  draft: DocumentDraft,
  attachment: MapiAttachment,
  codePage: number | undefined,
  context: FileContext,
): Promise<void> => {
  const { budget, path, depth } = context
  budget.countPart()
  const text = (id: number): string | undefined =>
    wellFormed(textOf(attachment.properties, id, codePage) ?? '').trim() || undefined
  const name = text(MAPI.attachLongName) ?? text(MAPI.attachShortName) ?? text(MAPI.displayName)
  const content = attachment.content?.() ?? Buffer.alloc(0)
  const input = {
    path,
    content,
    depth: depth + 1,
    declaredType: text(MAPI.attachMimeType)?.toLowerCase() ?? ATTACHED_TYPE,
    ...(name === undefined ? {} : { name }),
  }
  addEmbedded(draft, input, await readAttachment(attachment, input, context))
}

const readAttachment = async (
  { message }: MapiAttachment,
  input: Parameters<FileContext['readEmbedded']>[0],
  context: FileContext,
): Promise<EmbeddedResult> => {
  if (message === undefined) return await context.readEmbedded(input)
  const inside = { ...context, path: `${context.path}.0`, depth: context.depth + 1 }
  const document = await parseMapiMessage(message(), MESSAGE_TYPE, inside)
  return { type: MESSAGE_TYPE, status: 'read', document }
}

export const MESSAGE_TYPE = 'application/vnd.ms-outlook'
