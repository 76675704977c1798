import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { capWords } from '../cap-words.ts'
import { cmsKind } from '../cms.ts'
import { decodeText, normaliseLineEnds, withoutNuls } from '../../formats/charset.ts'
import { sequential } from '../../formats/sequential.ts'
import { DocumentDraft } from '../document-draft.ts'
import { htmlToText } from '../html.ts'
import { markLines, type QuotedRange } from '../mark-lines.ts'
import { addEmbedded, type EmbeddedResult, type FileContext } from '../embedded.ts'
import { parseAddresses } from './addresses.ts'
import { decodeEncodedWords } from './encoded-words.ts'
import { unflow } from './flowed.ts'
import { parseMailDate } from './mail-date.ts'
import { splitMime, type MimeLeaf } from './mime-parts.ts'
import { decodeTransferEncoding } from './transfer-encoding.ts'

const MAIL_TYPE = 'message/rfc822'

/**
 * Reads a mail. The text is the body (plain text, or the HTML as text when there is no plain one), then each readable
 * attachment after a blank line. A promise is returned only when an attachment's reader is asynchronous (PDF, DOCX).
 *
 * @throws ParseRefusal at a limit
 */
export const parseMail = (
  content: Buffer,
  context: FileContext,
): CanonicalDocument | Promise<CanonicalDocument> => {
  const bytes = unstuffMbox(content)
  const { headers, leaves, warnings } = splitMime(
    bytes,
    context.path,
    context.depth,
    context.budget,
  )
  const draft = new DocumentDraft(MAIL_TYPE, context.budget)
  for (const warning of warnings) draft.warn(warning)
  const charset = leaves.find((leaf) => leaf.role === 'body')?.parameters.get('charset')
  addHeaders(draft, headers, context.budget.limits.participants, charset)
  if (context.path !== '0') addHeaderText(draft, headers, charset)
  const bodies = leaves.filter((leaf) => leaf.role === 'body')
  const attached = leaves.filter((leaf) => leaf.role !== 'body')
  if (headers.has('x-rsmf-version')) return addShortMessages(draft, bodies, attached, context)
  for (const leaf of bodies) addBody(draft, leaf)
  return addAttachments(draft, attached, context, 0)
}

/** The body of a short message file (RSMF) repeats the chat that is attached: it counts only where that could not be read. */
const addShortMessages = async (
  draft: DocumentDraft,
  bodies: readonly MimeLeaf[],
  attached: readonly MimeLeaf[],
  context: FileContext,
): Promise<CanonicalDocument> => {
  const document = await addAttachments(draft, attached, context, 0)
  if (document.attachments.some(({ status }) => status === 'read')) return document
  for (const leaf of bodies) addBody(draft, leaf)
  return draft.finish()
}

/** Removes a leading mbox separator and the `>` that mbox writers put before `From ` in bodies. */
const unstuffMbox = (content: Buffer): Buffer => {
  if (content.toString('latin1', 0, 5) !== 'From ') return content
  const lineEnd = content.indexOf(10)
  const bytes = lineEnd === -1 ? content : content.subarray(lineEnd + 1)
  if (!bytes.includes('\n>From ')) return bytes
  return Buffer.from(bytes.toString('latin1').replace(/^>(>*From )/gm, '$1'), 'latin1')
}

const ADDRESS_ROLES = ['from', 'sender', 'reply-to', 'to', 'cc', 'bcc'] as const

const addHeaders = (
  draft: DocumentDraft,
  headers: ReadonlyMap<string, string>,
  most: number,
  charset: string | undefined,
): void => {
  const subject = headers.get('subject')
  if (subject !== undefined) draft.subject = decodeEncodedWords(subject, charset)
  for (const role of ADDRESS_ROLES) {
    const value = headers.get(role)
    if (value === undefined) continue
    for (const mailbox of parseAddresses(value, most, charset))
      draft.addParticipant({ role, ...mailbox })
  }
  const date = headers.get('date')
  const sent = date === undefined ? undefined : parseMailDate(date)
  if (sent !== undefined) draft.sent = sent
  else draft.warn(date === undefined ? 'date-missing' : 'date-unreadable')
  const thread = threadOf(headers)
  if (thread !== undefined) draft.threadId = thread
}

/** The first reference, else the message replied to, else the message itself. */
const threadOf = (headers: ReadonlyMap<string, string>): string | undefined => {
  for (const name of ['references', 'in-reply-to', 'message-id']) {
    const id = /<([^<>\s]{1,998})>/.exec((headers.get(name) ?? '').slice(0, 4000))
    if (id?.[1] !== undefined) return id[1]
  }
  return undefined
}

/** What a reader sees above a forwarded mail: it has no other place in the document. */
const addHeaderText = (
  draft: DocumentDraft,
  headers: ReadonlyMap<string, string>,
  charset: string | undefined,
): void => {
  const lines = ['Subject', 'From', 'To', 'Cc', 'Date'].flatMap((name) => {
    const value = headers.get(name.toLowerCase())
    return value === undefined
      ? []
      : [`${name}: ${decodeEncodedWords(value, charset).slice(0, 2000)}`]
  })
  if (lines.length === 0) return
  draft.append(lines.join('\n'))
  draft.mark({ kind: 'header', start: 0, end: draft.length, depth: 0 })
  draft.append('\n\n')
}

const addBody = (draft: DocumentDraft, leaf: MimeLeaf): void => {
  const { text, quotes } =
    leaf.type === 'text/plain' ? plainBody(draft, leaf) : htmlBody(draft, leaf)
  if (text === '') return
  if (draft.length > 0 && leaf.path !== '0') draft.append('\n\n')
  const start = draft.length
  draft.append(text)
  for (const span of markLines(text, quotes))
    draft.mark({ ...span, start: span.start + start, end: span.end + start })
}

interface Body {
  readonly text: string
  readonly quotes: readonly QuotedRange[]
}

const plainBody = (draft: DocumentDraft, leaf: MimeLeaf): Body => {
  const decoded = normaliseLineEnds(withoutNuls(decodeLeaf(draft, leaf)))
  const flowed = leaf.parameters.get('format')?.toLowerCase() === 'flowed'
  const text = flowed
    ? unflow(decoded, leaf.parameters.get('delsp')?.toLowerCase() === 'yes')
    : decoded
  if (text.includes('-----BEGIN PGP MESSAGE-----')) draft.warn('encrypted')
  const { text: kept, capped } = capWords(sequential(trimBlankLines(text)))
  if (capped) draft.warn('word-capped')
  return { text: kept, quotes: [] }
}

const htmlBody = (draft: DocumentDraft, leaf: MimeLeaf): Body => {
  const limit = draft.budget.limits.elementDepth
  const html = htmlToText(decodeLeaf(draft, leaf), limit)
  if (html.cut) draft.warn('html-too-deep')
  return html
}

const decodeLeaf = (draft: DocumentDraft, leaf: MimeLeaf): string => {
  const bytes = decodeTransferEncoding(leaf.bytes, leaf.encoding)
  const { text, warning } = decodeText(bytes, leaf.parameters.get('charset'))
  if (warning !== undefined) draft.warn(warning)
  return text.startsWith('\ufeff') ? text.slice(1) : text
}

const trimBlankLines = (text: string): string => {
  const trimmed = text.trimEnd()
  const ink = trimmed.search(/\S/)
  if (ink <= 0) return trimmed
  return trimmed.slice(trimmed.lastIndexOf('\n', ink) + 1)
}

/** Adds the attachments from `index` on; goes on in a promise from the first asynchronous reader. */
const addAttachments = (
  draft: DocumentDraft,
  leaves: readonly MimeLeaf[],
  context: FileContext,
  index: number,
): CanonicalDocument | Promise<CanonicalDocument> => {
  for (let position = index; position < leaves.length; position += 1) {
    const leaf = leaves[position]
    if (leaf === undefined) break
    const bytes = decodeTransferEncoding(leaf.bytes, leaf.encoding)
    const result = readLeaf(leaf, bytes, context)
    if (result instanceof Promise) {
      return result.then((settled) => {
        addEmbedded(draft, fileOf(leaf, bytes), settled)
        return addAttachments(draft, leaves, context, position + 1)
      })
    }
    addEmbedded(draft, fileOf(leaf, bytes), result)
  }
  return draft.finish()
}

const fileOf = (
  { path, name }: MimeLeaf,
  content: Buffer,
): { readonly path: string; readonly content: Buffer; readonly name?: string } => ({
  path,
  content,
  ...(name === undefined ? {} : { name }),
})

const ENCRYPTED_TYPES = new Set([
  'application/pgp-encrypted',
  'application/pkcs7-mime',
  'application/x-pkcs7-mime',
])

/** Text by its bytes, but not for reading. */
const SIGNATURE_TYPES = new Set([
  'application/pgp-signature',
  'application/pgp-keys',
  'application/pkcs7-signature',
  'application/x-pkcs7-signature',
])

const readLeaf = (
  leaf: MimeLeaf,
  bytes: Buffer,
  context: FileContext,
): EmbeddedResult | Promise<EmbeddedResult> => {
  // S/MIME declares signed mail with the same type as encrypted mail.
  if (leaf.encrypted || (ENCRYPTED_TYPES.has(leaf.type) && cmsKind(bytes) !== 'signed'))
    return { type: leaf.type, status: 'encrypted' }
  if (SIGNATURE_TYPES.has(leaf.type)) return { type: leaf.type, status: 'unsupported' }
  if (leaf.role === 'message' && bytes.length === 0) return { type: leaf.type, status: 'broken' }
  return context.readEmbedded({
    ...fileOf(leaf, bytes),
    declaredType: leaf.type,
    depth: leaf.depth,
    ...charsetOf(leaf),
  })
}

const charsetOf = (leaf: MimeLeaf): { charset?: string } => {
  const charset = leaf.parameters.get('charset')
  return charset === undefined ? {} : { charset }
}
