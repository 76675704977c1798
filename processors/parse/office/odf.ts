import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { ParseRefusal } from '../parse-code.ts'
import { streamXml } from '../xml.ts'
import type { ZipParts } from '../zip-parts.ts'
import { DocumentLines } from './document-lines.ts'
import { readProperties } from './properties.ts'

/** Elements whose text is not shown, or stands elsewhere: deletions, scripts, the numbers of notes. */
const SKIPPED = new Set(['tracked-changes', 'script', 'note-citation', 'forms', 'binary-data'])

/** Blanks that one `text:s` may stand for. */
const MOST_BLANKS = 100

/**
 * Reads an OpenDocument text, spreadsheet or presentation: paragraphs as lines, headings marked, table rows with tabs, each sheet or
 * slide under a `page` span with its number. Repeated cells and rows are read once.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`, `too-deep`, `too-large`, `too-many-pages`
 */
export const parseOdf = async (
  zip: ZipParts,
  type: string,
  budget: Budget,
): Promise<CanonicalDocument> => {
  if ((await zip.read('META-INF/manifest.xml'))?.includes('encryption-data') === true)
    throw new ParseRefusal('encrypted', type)
  if (!zip.has('content.xml')) throw new ParseRefusal('broken', type)
  const draft = new DocumentDraft(type, budget)
  readProperties(draft, await zip.read('meta.xml'))
  await streamXml(zip.stream('content.xml'), contentHandlers(draft), budget)
  if (!type.includes('opendocument.text')) return draft.finish()
  draft.mark({ kind: 'body', start: 0, end: draft.length, depth: 0 })
  return draft.finish()
}

/** State: what skipped text started at, and the sheet or slide that is open. */
const contentHandlers = (draft: DocumentDraft): Parameters<typeof streamXml>[1] => {
  const lines = new DocumentLines(draft)
  let depth = 0
  let skippedFrom = 0
  let paragraphs = 0
  let pages = 0
  let page: { readonly depth: number; readonly start: number } | undefined
  const openPage = (name: string | undefined): void => {
    pages += 1
    draft.budget.checkPages(pages)
    page = { depth, start: draft.length }
    if (name === undefined) return
    lines.add(name)
    lines.closeParagraph(true)
  }
  const closePage = (): void => {
    if (page === undefined) return
    const start = page.start === 0 ? 0 : page.start + 1
    draft.mark({ kind: 'page', start, end: draft.length, depth: 0, path: String(pages) })
    page = undefined
  }
  let inSpreadsheet = false
  return {
    open: (name, attributes) => {
      depth += 1
      if (skippedFrom > 0) return
      if (SKIPPED.has(name)) skippedFrom = depth
      else if (name === 'spreadsheet') inSpreadsheet = true
      else if (name === 'p' || name === 'h') paragraphs += 1
      else if (name === 'tab') lines.add('\t')
      else if (name === 'line-break') lines.add('\n')
      else if (name === 's') lines.add(blanks(attributes['text:c']))
      else if (name === 'table-row') lines.openRow()
      else if (name === 'page' && page === undefined) openPage(undefined)
      else if (name === 'table' && inSpreadsheet && page === undefined)
        openPage(attributes['table:name'] ?? '')
    },
    close: (name) => {
      if (depth === skippedFrom) skippedFrom = 0
      else if (skippedFrom === 0) {
        if (name === 'p' || name === 'h') {
          paragraphs -= 1
          lines.closeParagraph(name === 'h')
        } else if (name === 'table-cell') lines.closeCell()
        else if (name === 'table-row') lines.closeRow()
      }
      if (page?.depth === depth) closePage()
      depth -= 1
      if (depth === 0) lines.closeAll()
    },
    text: (text) => {
      if (paragraphs > 0 && skippedFrom === 0) lines.add(text.replace(/\s+/g, ' '))
    },
  }
}

const blanks = (count: string | undefined): string =>
  ' '.repeat(Math.min(Math.max(Number(count ?? 1) || 1, 1), MOST_BLANKS))
