import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { normaliseLineEnds } from '../formats/charset.ts'
import { DocumentDraft } from './document-draft.ts'
import { ParseRefusal } from './parse-code.ts'
import type { PdfFile, Pdfium } from './pdfium.ts'
import { sharedPdfium } from './shared-pdfium.ts'

const PDF_TYPE = 'application/pdf'

/** A PDFium whose memory has grown beyond this is given up after the file; it has 18 MiB from the start, and few files take more. */
const MOST_MEMORY = 32 * 1024 * 1024

/**
 * Reads the text layer of a PDF, one `page` span per page with its number as path. PDFium is started on the first one. A page
 * that cannot be read is left out with the warning `page-broken`.
 *
 * @throws ParseRefusal `encrypted` when a password is needed, `broken`, `too-many-pages`, `too-large`
 */
export const parsePdf = async (bytes: Buffer, budget: Budget): Promise<CanonicalDocument> => {
  const pdfium = await sharedPdfium.use()
  try {
    return readPdf(pdfium, bytes, budget)
  } catch (error) {
    // After a trap or an abort the instance is in no known state: the next file gets a new one.
    if (error instanceof ParseRefusal) throw error
    sharedPdfium.giveUp()
    throw new ParseRefusal('broken', PDF_TYPE)
  } finally {
    if (pdfium.memory() > MOST_MEMORY) sharedPdfium.giveUp()
  }
}

const readPdf = (pdfium: Pdfium, bytes: Buffer, budget: Budget): CanonicalDocument => {
  const file = pdfium.open(bytes)
  if (file === 'encrypted' || file === 'broken') throw new ParseRefusal(file, PDF_TYPE)
  try {
    budget.checkPages(file.pages)
    const draft = new DocumentDraft(PDF_TYPE, budget)
    for (let page = 0; page < file.pages; page += 1) addPage(draft, file, page)
    return draft.finish()
  } finally {
    file.close()
  }
}

const addPage = (draft: DocumentDraft, file: PdfFile, page: number): void => {
  const raw = file.textOf(page, draft.budget.limits.characters)
  if (raw === undefined) draft.warn('page-broken')
  const text = normaliseLineEnds(joinDivided(raw ?? '')).trim()
  if (text === '') return
  if (draft.length > 0) draft.append('\n\n')
  const start = draft.length
  draft.append(text)
  draft.mark({ kind: 'page', start, end: draft.length, depth: 0, path: String(page + 1) })
}

/** PDFium marks the hyphen of a divided word with U+FFFE or U+0002 before the line end, and pads with NUL. */
const joinDivided = (raw: string): string =>
  raw
    .replaceAll('\u0002', '\ufffe')
    .replaceAll('\0', '')
    .replace(/\ufffe(?:\r?\n)?/g, '')
