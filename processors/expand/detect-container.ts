import type { ContainerType } from '../../schemas/generated/types.ts'
import { delimiterOf, parseCsvRecord } from '../formats/csv-record.ts'
import { isJsonObject, parseJson } from '../formats/json.ts'
import { plainFieldName, TEXT_FIELDS } from '../formats/text-fields.ts'

/** Bytes of a file's head that {@link detectContainer} should be given. */
export const CONTAINER_HEAD_BYTES = 65_536

/**
 * Says what kind of container a file is, by the bytes of its head, or `undefined` when it is a document itself. The name only
 * decides where the bytes leave it open: a single mail may start like an mbox, so `.eml` files are documents. A zip may turn
 * out to be a Slack export when it is expanded; Office files and other documents that are zips are not containers.
 */
export const detectContainer = (head: Uint8Array, name = ''): ContainerType | undefined => {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength)
  if (bytes.toString('latin1', 0, 4) === 'PK\x03\x04')
    return isDocumentZip(bytes) ? undefined : 'ZIP'
  const text = bytes.toString('latin1')
  if (text.startsWith('From ') && isMboxStart(text) && !/\.eml$/i.test(name)) return 'MBOX'
  if (/^={20,}\r?\n[!-9;-~]{1,70}:/.test(text)) return 'MAIL_LOG'
  if (isReviewLines(bytes.toString('utf8'), head.length < CONTAINER_HEAD_BYTES)) return 'JSONL'
  return isReviewTable(bytes.toString('utf8'), name) ? 'CSV' : undefined
}

/** Names of parts near the start of a zip that is one document: Office files, OpenDocument, short messages (RSMF). */
const DOCUMENT_MARKS = [
  '[Content_Types].xml',
  '_rels/.rels',
  'docProps/',
  'mimetypeapplication/',
  'word/',
  'xl/',
  'ppt/',
  'visio/',
  'META-INF/',
  'rsmf_manifest.json',
]

const isDocumentZip = (bytes: Buffer): boolean =>
  DOCUMENT_MARKS.some((mark) => bytes.subarray(0, 4096).includes(mark))

const isMboxStart = (text: string): boolean =>
  /^From [^\n]{0,500}\n(?:>?From [^\n]*\n)?[!-9;-~]{1,70}[ \t]?:/.test(text)

/** One JSON object per line, the first with a text field. A single object is a document unless more lines follow. */
const isReviewLines = (text: string, whole: boolean): boolean => {
  if (!/^\s*\{/.test(text)) return false
  const lines = text.split('\n').filter((line) => line.trim() !== '')
  const complete = whole ? lines : lines.slice(0, -1)
  if (complete.length < 2) return false
  return complete.slice(0, 3).every((line) => {
    const value = parseJson(line)
    return isJsonObject(value) && Object.keys(value).some(isTextField)
  })
}

const isTextField = (name: string): boolean =>
  TEXT_FIELDS.some((field) => field === plainFieldName(name))

/** A header with a text column, in a file that says it is a table or whose next record has as many fields. */
const isReviewTable = (text: string, name: string): boolean => {
  const headerEnd = text.indexOf('\n')
  if (headerEnd === -1 || headerEnd > 8192) return false
  const header = text
    .slice(0, headerEnd)
    .replace(/^\ufeff/, '')
    .replace(/\r$/, '')
  const delimiter = delimiterOf(header)
  const columns = parseCsvRecord(header, delimiter)
  if (columns.length < 2 || !columns.some(isTextField)) return false
  if (/\.(?:csv|tsv)(?:\.zip)?$/i.test(name)) return true
  const second = text.slice(headerEnd + 1).split('\n', 1)[0] ?? ''
  return columns.length > 2 && parseCsvRecord(second, delimiter).length === columns.length
}
