import { isUtf8 } from 'node:buffer'
import { cmsKind } from './cms.ts'
import { isEncryptedPgp } from './pgp.ts'

/** What the bytes of a file are. `text` is decided further by {@link sniffText} once it is decoded. */
export type BinaryFormat =
  | { readonly kind: 'mail' | 'pdf' | 'zip' | 'compound' | 'tnef' | 'rtf' | 'signed' | 'text' }
  | { readonly kind: 'unsupported' | 'encrypted'; readonly type: string }
  | { readonly kind: 'unknown' }

/** What decoded text is. */
export type TextFormat = 'html' | 'markdown' | 'vtt' | 'srt' | 'sbv' | 'json' | 'xml' | 'plain'

/** Names that came with a file. They only decide between formats that the bytes leave open. */
export interface FormatHints {
  readonly name?: string
  readonly declaredType?: string
  /** The file travelled inside a mail: declared text is not read as another mail. */
  readonly embedded: boolean
}

const HEAD_BYTES = 8192

/** Leading bytes as latin1, and the media type of a format that has no reader here. */
const SIGNATURES: readonly (readonly [string, string])[] = [
  ['\x89PNG', 'image/png'],
  ['\xff\xd8\xff', 'image/jpeg'],
  ['GIF8', 'image/gif'],
  ['BM', 'image/bmp'],
  ['II*\0', 'image/tiff'],
  ['MM\0*', 'image/tiff'],
  ['\0\0\x01\0', 'image/x-icon'],
  ['RIFF', 'application/x-riff'],
  ['OggS', 'application/ogg'],
  ['ID3', 'audio/mpeg'],
  ['\x1f\x8b', 'application/gzip'],
  ['BZh', 'application/x-bzip2'],
  ['\xfd7zXZ', 'application/x-xz'],
  ['7z\xbc\xaf', 'application/x-7z-compressed'],
  ['Rar!', 'application/vnd.rar'],
  ['\x7fELF', 'application/x-elf'],
  ['MZ', 'application/vnd.microsoft.portable-executable'],
  ['%!PS', 'application/postscript'],
  ['Obj\x01', 'application/avro'],
  ['PAR1', 'application/vnd.apache.parquet'],
  ['SQLite format 3', 'application/vnd.sqlite3'],
  ['!BDN', 'application/vnd.ms-outlook-pst'],
]

/** Decides by content; `hints` only breaks ties. */
export const sniffBytes = (bytes: Buffer, hints: FormatHints): BinaryFormat => {
  const head = bytes.toString('latin1', 0, Math.min(bytes.length, HEAD_BYTES))
  if (head.startsWith('%PDF-')) return { kind: 'pdf' }
  // What is in it decides: see parse-zip.ts.
  if (head.startsWith('PK\x03\x04') || head.startsWith('PK\x05\x06')) return { kind: 'zip' }
  if (head.startsWith('\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1')) return { kind: 'compound' }
  if (head.startsWith('\x78\x9f\x3e\x22')) return { kind: 'tnef' }
  if (/^\s{0,20}\{\\rtf/.test(head)) return { kind: 'rtf' }
  const signature = SIGNATURES.find(([magic]) => head.startsWith(magic))
  // Two or three letters may also start a text.
  if (signature !== undefined && (signature[0].length > 3 || isBinary(head)))
    return { kind: 'unsupported', type: signature[1] }
  if (head.startsWith('ftyp', 4)) return { kind: 'unsupported', type: 'video/mp4' }
  if (hasWideMark(head)) return { kind: 'text' }
  const cms = cmsKind(bytes)
  if (cms === 'signed') return { kind: 'signed' }
  if (cms === 'encrypted') return { kind: 'encrypted', type: 'application/pkcs7-mime' }
  if (isEncryptedPgp(bytes)) return { kind: 'encrypted', type: 'application/pgp-encrypted' }
  if (looksLikeMail(head, hints)) return { kind: 'mail' }
  if (head.slice(0, 1024).includes('%PDF-')) return { kind: 'pdf' }
  return isBinary(head) ? { kind: 'unknown' } : { kind: 'text' }
}

/** A byte order mark of UTF-16 or UTF-32. */
const hasWideMark = (head: string): boolean =>
  head.startsWith('\xff\xfe') || head.startsWith('\xfe\xff') || head.startsWith('\0\0\xfe\xff')

/**
 * More than 1 in 20 control characters that text does not have. With NULs: any other one, more than 1 NUL in 50 bytes, or what else
 * text does not have.
 */
const isBinary = (head: string): boolean => {
  if (hasWideMark(head)) return false
  let odd = 0
  let nuls = 0
  for (let index = 0; index < head.length; index += 1) {
    const code = head.charCodeAt(index)
    if (code === 0) nuls += 1
    else if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27)
      odd += 1
  }
  if (nuls === 0) return odd * 20 > head.length
  return odd > 0 || nuls * 50 > head.length || !isLikeText(head.replaceAll('\0', ''))
}

/** UTF-8, whose last character may be cut off, or at most 1 in 10 bytes beyond ASCII. */
const isLikeText = (head: string): boolean =>
  isUtf8(Buffer.from(head.replace(/[\xc0-\xff][\x80-\xbf]{0,2}$/, ''), 'latin1')) ||
  (head.match(/[\x80-\xff]/g) ?? []).length * 10 <= head.length

/** Header names by which a mail is known; one of these and a second header make a mail. */
const TELLING =
  /^(?:from|to|subject|date|received|message-id|return-path|delivered-to|mime-version|reply-to|cc|sender|x-[a-z-]+)$/i
const HEADER_LINE = /^([!-9;-~]{1,60})[ \t]?:/

/** Names that only mail has at its top. */
const DECIDING: ReadonlySet<string> = new Set([
  'from',
  'received',
  'message-id',
  'subject',
  'return-path',
])

const looksLikeMail = (head: string, hints: FormatHints): boolean => {
  const declared = hints.declaredType === 'message/rfc822' || /\.eml$/i.test(hints.name ?? '')
  if (hints.embedded && hints.declaredType?.startsWith('text/') === true) return false
  const telling = new Set<string>()
  let decided = false
  for (const name of headerNames(head)) {
    if (declared) return true
    if (TELLING.test(name)) telling.add(name)
    decided ||= DECIDING.has(name)
    if (decided && telling.size >= 2) return true
  }
  return false
}

const MOST_LINES = 60

/** Lower-case names of the header lines at the start, up to the first line that is none. */
function* headerNames(head: string): Generator<string> {
  let start = head.startsWith('From ') ? head.indexOf('\n') + 1 : 0
  for (let line = 0; line < MOST_LINES && start < head.length; line += 1) {
    const found = head.indexOf('\n', start)
    const end = found === -1 ? head.length : found
    const first = head.charCodeAt(start)
    if ((first !== 32 && first !== 9) || line === 0) {
      const name = HEADER_LINE.exec(head.slice(start, Math.min(end, start + 80)))?.[1]
      if (name === undefined) return
      yield name.toLowerCase()
    }
    start = end + 1
  }
}

const HTML_START =
  /^(?:\s|<\?xml[^>]{0,200}\?>|<!--(?:(?!-->)[^]){0,2000}-->){0,5}<(?:!doctype\s+html|html|head|body|meta|title|table|div|p|center|font|style|script|h[1-6]|br|span|ul|a)\b/i

/** Decides what decoded text is, by how it starts. */
export const sniffText = (text: string, hints: FormatHints): TextFormat => {
  const head = text.slice(0, 4096).replace(/^\ufeff/, '')
  if (/^WEBVTT(?:[ \t\n\r]|$)/.test(head)) return 'vtt'
  // Some leave the counters out.
  if (/^\s*(?:\d{1,7}[ \t]*\r?\n)?[ \t]*\d{1,3}:\d{2}:\d{2}[,.]\d{1,3}[ \t]*-->/.test(head))
    return 'srt'
  if (/^\s*\d{1,3}:\d{2}:\d{2}\.\d{3},\d{1,3}:\d{2}:\d{2}\.\d{3}[ \t]*\r?\n/.test(head))
    return 'sbv'
  if (HTML_START.test(head)) return 'html'
  if (hints.declaredType === 'text/html' && /<[a-z!/]/i.test(head)) return 'html'
  if (/^\s*[[{]/.test(head)) return 'json'
  if (/^\s*<(?:\?xml|!--|[a-z])/i.test(head)) return 'xml'
  if (hints.declaredType === 'text/markdown' || /\.(?:md|markdown)$/i.test(hints.name ?? ''))
    return 'markdown'
  return 'plain'
}
