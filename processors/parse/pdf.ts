import { PDFiumLibrary } from '@hyzyla/pdfium'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { normaliseLineEnds } from './charset.ts'
import { DocumentDraft } from './document-draft.ts'
import { ParseRefusal } from './parse-code.ts'

const PDF_TYPE = 'application/pdf'

let library: Promise<PDFiumLibrary> | undefined

/**
 * Reads the text layer of a PDF, one `page` span per page with its number as path. PDFium (WASM) is loaded on the first one.
 * A page that cannot be read is left out with the warning `page-broken`.
 *
 * @throws ParseRefusal `encrypted` when a password is needed, `broken`, `too-many-pages`, `too-large`
 */
export const parsePdf = async (bytes: Buffer, budget: Budget): Promise<CanonicalDocument> => {
  library ??= PDFiumLibrary.init()
  const document = await openPdf(await library, bytes)
  try {
    const pages = document.getPageCount()
    budget.checkPages(pages)
    const draft = new DocumentDraft(PDF_TYPE, budget)
    for (let page = 0; page < pages; page += 1) addPage(draft, document, page)
    return draft.finish()
  } finally {
    document.destroy()
  }
}

type OpenPdf = Awaited<ReturnType<PDFiumLibrary['loadDocument']>>

/** PDFium's errors are told apart by their message; it has no codes. */
const openPdf = async (pdfium: PDFiumLibrary, bytes: Buffer): Promise<OpenPdf> => {
  try {
    return await pdfium.loadDocument(bytes)
  } catch (error) {
    const message = error instanceof Error ? error.message : ''
    if (/password|security/i.test(message)) throw new ParseRefusal('encrypted', PDF_TYPE)
    if (isAbort(error)) library = undefined
    throw new ParseRefusal('broken', PDF_TYPE)
  }
}

/** The WASM instance cannot be used after an abort or a trap: the next file gets a new one. */
const isAbort = (error: unknown): boolean => error instanceof Error && error.name === 'RuntimeError'

/** PDFium marks the hyphen of a divided word with U+FFFE or U+0002 before the line end, and pads with NUL. */
const joinDivided = (raw: string): string =>
  raw
    .replaceAll('\u0002', '\ufffe')
    .replaceAll('\0', '')
    .replace(/\ufffe(?:\r?\n)?/g, '')

const addPage = (draft: DocumentDraft, document: OpenPdf, page: number): void => {
  const text = pageText(draft, document, page)
  if (text === '') return
  if (draft.length > 0) draft.append('\n\n')
  const start = draft.length
  draft.append(text)
  draft.mark({ kind: 'page', start, end: draft.length, depth: 0, path: String(page + 1) })
}

const pageText = (draft: DocumentDraft, document: OpenPdf, page: number): string => {
  try {
    const raw = document.getPage(page).getText()
    return normaliseLineEnds(joinDivided(raw)).trim()
  } catch (error) {
    if (isAbort(error)) {
      library = undefined
      throw new ParseRefusal('broken', PDF_TYPE)
    }
    draft.warn('page-broken')
    return ''
  }
}
