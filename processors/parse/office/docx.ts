import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { ParseRefusal } from '../parse-code.ts'
import { readXml } from '../xml.ts'
import type { ZipParts } from '../zip-parts.ts'
import { addChart } from './chart.ts'
import { DocumentLines } from './document-lines.ts'
import { readProperties } from './properties.ts'

export const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** Parts with text, in the order in which they are read: headers and footers stand on many pages, but are read once. */
const TEXT_PARTS = [
  /^word\/document\d*\.xml$/,
  /^word\/diagrams\/data\d*\.xml$/,
  /^word\/charts\/chart\d*\.xml$/,
  /^word\/(?:footnotes|endnotes|comments)\d*\.xml$/,
  /^word\/(?:header|footer)\d*\.xml$/,
]
const CHARTS = 'word/charts/'

/**
 * Reads the text of a Word document: paragraphs as lines, table rows with tabs, headings marked; then diagrams, words of charts, notes and comments.
 * Deleted text of tracked changes is left out, field codes too. The XML is read as a stream, never as a tree.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`, `too-deep`, `too-large`
 */
export const parseDocx = async (zip: ZipParts, budget: Budget): Promise<CanonicalDocument> => {
  const draft = new DocumentDraft(DOCX_TYPE, budget)
  const names = zip.parts.map((part) => part.name).sort()
  if (!names.some((name) => TEXT_PARTS[0]?.test(name))) throw new ParseRefusal('broken', DOCX_TYPE)
  readProperties(draft, await zip.read('docProps/core.xml'))
  for (const kind of TEXT_PARTS)
    for (const name of names) {
      const part = kind.test(name) ? await zip.read(name) : undefined
      if (part !== undefined) (name.startsWith(CHARTS) ? addChart : readPart)(draft, part)
    }
  draft.mark({ kind: 'body', start: 0, end: draft.length, depth: 0 })
  return draft.finish()
}

/** Elements whose text is not shown: deletions, field codes, the fallback copies of drawings. */
const SKIPPED = new Set(['del', 'delText', 'instrText', 'Fallback', 'moveFrom'])

/** What an empty element stands for. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['tab', '\t'],
  ['br', '\n'],
  ['cr', '\n'],
  ['noBreakHyphen', '-'],
])

/** State of one XML part: the paragraph being read, and where skipped text started. */
const readPart = (draft: DocumentDraft, xml: Buffer): void => {
  const lines = new DocumentLines(draft)
  let heading = false
  let inText = false
  /** Inside the properties of a paragraph, where `tab` is a tab stop. */
  let inProperties = false
  let depth = 0
  let skippedFrom = 0
  readXml(
    xml,
    {
      open: (name, attributes) => {
        depth += 1
        if (skippedFrom > 0) return
        if (SKIPPED.has(name)) skippedFrom = depth
        else if (name === 't') inText = true
        else if (name === 'tr') lines.openRow()
        else if (name === 'pStyle') heading = isHeadingStyle(attributes['w:val'] ?? '')
        else if (name === 'pPr') inProperties = true
        else if (!inProperties) lines.add(SIGNS.get(name) ?? '')
      },
      close: (name) => {
        if (depth === skippedFrom) skippedFrom = 0
        depth -= 1
        if (name === 'pPr') inProperties = false
        if (skippedFrom > 0) return
        if (name === 't') inText = false
        else if (name === 'p') {
          lines.closeParagraph(heading)
          heading = false
        } else if (name === 'tc') lines.closeCell()
        else if (name === 'tr') lines.closeRow()
      },
      text: (text) => {
        if (inText && skippedFrom === 0) lines.add(text)
      },
    },
    draft.budget,
  )
  lines.closeAll()
}

/** Word names its styles in the language of the user. */
const isHeadingStyle = (style: string): boolean =>
  /^(?:heading|title|berschrift|titre)/i.test(style.replace(/^Ü/, ''))
