import type { Attachment, CanonicalDocument } from '../../topology/model/document.ts'
import { parseRsmf, RSMF_MANIFEST, RSMF_TYPE } from './chat/rsmf.ts'
import { DocumentDraft } from './document-draft.ts'
import { addEmbedded, type FileContext } from './embedded.ts'
import { DOCX_TYPE, parseDocx } from './office/docx.ts'
import { parseOdf } from './office/odf.ts'
import { parsePptx, PPTX_TYPE } from './office/pptx.ts'
import { parseXlsx, XLSX_TYPE } from './office/xlsx.ts'
import { ParseRefusal } from './parse-code.ts'
import { openZipParts, ZIP_TYPE, type ZipPart, type ZipParts } from './zip-parts.ts'

/**
 * Reads whatever is packed as a zip: what it is, is told by its parts.
 *
 * @throws ParseRefusal
 */
export const parseZip = async (bytes: Buffer, context: FileContext): Promise<CanonicalDocument> => {
  const { budget } = context
  const zip = await openZipParts(bytes, budget)
  try {
    const type = await typeOf(zip)
    switch (type) {
      case DOCX_TYPE:
        return await parseDocx(zip, budget)
      case XLSX_TYPE:
        return await parseXlsx(zip, budget)
      case PPTX_TYPE:
        return await parsePptx(zip, budget)
      case RSMF_TYPE:
        return await parseRsmf(zip, context)
      case ZIP_TYPE:
        return await parseFiles(zip, context)
      default:
        if (type.startsWith(ODF_PREFIX)) return await parseOdf(zip, type, budget)
        throw new ParseRefusal('unsupported-format', type)
    }
  } finally {
    zip.close()
  }
}

const ODF_PREFIX = 'application/vnd.oasis.opendocument.'

/** The main part of each format of an OOXML package. */
const MAIN_PARTS: readonly (readonly [RegExp, string])[] = [
  [/^word\/document\d*\.xml$/, DOCX_TYPE],
  [/^xl\/workbook\d*\.xml$/, XLSX_TYPE],
  [/^ppt\/presentation\.xml$/, PPTX_TYPE],
  [/^xl\/workbook\.bin$/, 'application/vnd.ms-excel.sheet.binary.macroenabled.12'],
  [/^visio\/document\.xml$/, 'application/vnd.ms-visio.drawing'],
]

const typeOf = async (zip: ZipParts): Promise<string> => {
  if (zip.has('[Content_Types].xml')) {
    for (const [main, type] of MAIN_PARTS)
      if (zip.parts.some((part) => main.test(part.name))) return type
    return 'application/vnd.openxmlformats-package'
  }
  if (zip.has(RSMF_MANIFEST)) return RSMF_TYPE
  const [first] = zip.parts
  if (first?.name === 'mimetype' && first.bytes <= 200 && !first.encrypted) {
    const type = (await zip.read('mimetype'))?.toString('latin1').trim() ?? ''
    if (/^application\/[\w.+-]{1,100}$/.test(type)) return type
  }
  return ZIP_TYPE
}

/** What file managers leave behind is no document. */
const isLitter = (name: string): boolean =>
  name.startsWith('__MACOSX/') || /(?:^|\/)(?:\.DS_Store|Thumbs\.db|desktop\.ini)$/.test(name)

/** A zip of files: each is read as an attachment would be. One file that is encrypted or broken costs only itself. */
const parseFiles = async (zip: ZipParts, context: FileContext): Promise<CanonicalDocument> => {
  const draft = new DocumentDraft(ZIP_TYPE, context.budget)
  const files = zip.parts.filter((part) => !isLitter(part.name))
  for (const [index, part] of files.entries())
    await addFile(draft, zip, part, { ...context, path: `${context.path}.${index}` })
  const { attachments } = draft
  if (draft.length === 0) refuseUnread(attachments)
  return draft.finish()
}

const addFile = async (
  draft: DocumentDraft,
  zip: ZipParts,
  part: ZipPart,
  { path, depth, budget, readEmbedded }: FileContext,
): Promise<void> => {
  budget.countPart()
  const name = part.name.slice(part.name.lastIndexOf('/') + 1)
  const place = { path, name, content: Buffer.alloc(0) }
  try {
    const content = (await zip.read(part.name)) ?? place.content
    const input = { path, name, content, declaredType: UNDECLARED, depth: depth + 1 }
    addEmbedded(draft, input, await readEmbedded(input))
  } catch (error) {
    const status = error instanceof ParseRefusal ? UNREAD.get(error.code) : undefined
    if (status === undefined) throw error
    addEmbedded(draft, place, { type: UNDECLARED, status })
  }
}

const UNDECLARED = 'application/octet-stream'

/** Refusals of {@link ZipParts.read}, which cost one file only. */
const UNREAD: ReadonlyMap<string, Attachment['status']> = new Map([
  ['encrypted', 'encrypted'],
  ['broken', 'broken'],
  ['expansion', 'limit'],
])

/** A zip without any text is refused for what its files are, the worst first, so that nothing disappears quietly. */
const refuseUnread = (attachments: readonly Attachment[]): void => {
  const has = (status: Attachment['status']): boolean =>
    attachments.some((attachment) => attachment.status === status)
  if (has('encrypted')) throw new ParseRefusal('encrypted', ZIP_TYPE)
  if (has('limit'))
    throw new ParseRefusal('expansion', 'a limit was reached in every file of the zip')
  if (has('unsupported')) throw new ParseRefusal('unsupported-format', ZIP_TYPE)
  if (has('broken')) throw new ParseRefusal('broken', ZIP_TYPE)
}
