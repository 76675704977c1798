import { TextDecoder } from 'node:util'
import { Parser } from 'htmlparser2'
import type { CanonicalDocument } from '../../topology/model/document.ts'
import type { Budget } from './budget.ts'
import { DocumentDraft } from './document-draft.ts'
import { ParseRefusal } from './parse-code.ts'
import { readZip } from './read-zip.ts'

export const DOCX_TYPE = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'

/** Parts with text, in the order in which they are read: headers and footers stand on many pages, but are read once. */
const TEXT_PARTS = [
  /^word\/document\d*\.xml$/,
  /^word\/(?:footnotes|endnotes|comments)\d*\.xml$/,
  /^word\/(?:header|footer)\d*\.xml$/,
]
const PROPERTIES_PART = 'docProps/core.xml'

/**
 * Reads the text of a Word document: paragraphs as lines, table rows with tabs, headings marked; then notes and comments.
 * Deleted text of tracked changes is left out, field codes too. The XML is read as a stream, never as a tree.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`, `too-deep`, `too-large`
 */
export const parseDocx = async (bytes: Buffer, budget: Budget): Promise<CanonicalDocument> => {
  const draft = new DocumentDraft(DOCX_TYPE, budget)
  const isWanted = (name: string): boolean =>
    name === PROPERTIES_PART || TEXT_PARTS.some((part) => part.test(name))
  const parts = await readZip(bytes, isWanted, budget)
  const names = [...parts.keys()].sort()
  if (!names.some((name) => TEXT_PARTS[0]?.test(name))) throw new ParseRefusal('broken', DOCX_TYPE)
  const properties = parts.get(PROPERTIES_PART)
  if (properties !== undefined) readProperties(draft, properties, budget)
  for (const kind of TEXT_PARTS)
    for (const name of names) {
      const part = kind.test(name) ? parts.get(name) : undefined
      if (part !== undefined) readPart(draft, part, budget)
    }
  draft.mark({ kind: 'body', start: 0, end: draft.length, depth: 0 })
  return draft.finish()
}

/** Elements whose text is not shown: deletions, field codes, the fallback copies of drawings. */
const SKIPPED = new Set(['w:del', 'w:delText', 'w:instrText', 'mc:Fallback', 'w:moveFrom'])

/** State of one XML part: the paragraph being read, table rows, and where skipped text started. */
const readPart = (draft: DocumentDraft, xml: Buffer, budget: Budget): void => {
  let paragraph = ''
  let heading = false
  let inText = false
  let depth = 0
  let skippedFrom = 0
  const rows: { cells: string[]; cell: string[] }[] = []
  const writeLine = (text: string, kind: 'heading' | 'table-row' | undefined): void => {
    if (text.trim() === '') return
    if (draft.length > 0) draft.append('\n')
    const start = draft.length
    draft.append(text.trimEnd())
    if (kind !== undefined) draft.mark({ kind, start, end: draft.length, depth: 0 })
  }
  const closeParagraph = (): void => {
    const row = rows.at(-1)
    if (row === undefined) writeLine(paragraph, heading ? 'heading' : undefined)
    else if (paragraph.trim() !== '') row.cell.push(paragraph.trim())
    paragraph = ''
    heading = false
  }
  const closeRow = (): void => {
    const row = rows.pop()
    if (row === undefined) return
    const text = row.cells.join('\t')
    const outer = rows.at(-1)
    if (outer === undefined) writeLine(text, row.cells.length > 1 ? 'table-row' : undefined)
    else outer.cell.push(text)
  }
  const parser = new Parser(
    {
      onopentag: (name, attributes) => {
        depth += 1
        budget.checkElementDepth(depth)
        if (skippedFrom > 0) return
        if (SKIPPED.has(name)) skippedFrom = depth
        else if (name === 'w:t') inText = true
        else if (name === 'w:tab') paragraph += '\t'
        else if (name === 'w:br' || name === 'w:cr') paragraph += '\n'
        else if (name === 'w:noBreakHyphen') paragraph += '-'
        else if (name === 'w:tr') rows.push({ cells: [], cell: [] })
        else if (name === 'w:pStyle')
          heading = /^(?:heading|title|berschrift|titre)/i.test(
            (attributes['w:val'] ?? '').replace(/^Ü/, ''),
          )
      },
      onclosetag: (name) => {
        if (depth === skippedFrom) skippedFrom = 0
        depth -= 1
        if (skippedFrom > 0) return
        if (name === 'w:t') inText = false
        else if (name === 'w:p') closeParagraph()
        else if (name === 'w:tc') {
          const row = rows.at(-1)
          row?.cells.push(row.cell.join(' '))
          if (row !== undefined) row.cell = []
        } else if (name === 'w:tr') closeRow()
      },
      ontext: (data) => {
        if (inText && skippedFrom === 0) paragraph += data
      },
    },
    { xmlMode: true },
  )
  feed(parser, xml)
  closeParagraph()
}

const FED_BYTES = 65_536

const feed = (parser: Parser, xml: Buffer): void => {
  const decoder = new TextDecoder('utf-8')
  for (let start = 0; start < xml.length; start += FED_BYTES)
    parser.write(decoder.decode(xml.subarray(start, start + FED_BYTES), { stream: true }))
  parser.end()
}

/** Title, author and dates of the document (OPC core properties). */
const readProperties = (draft: DocumentDraft, xml: Buffer, budget: Budget): void => {
  const values = new Map<string, string>()
  let open = ''
  let depth = 0
  const parser = new Parser(
    {
      onopentag: (name) => {
        depth += 1
        budget.checkElementDepth(depth)
        open = name
      },
      onclosetag: () => {
        depth -= 1
        open = ''
      },
      ontext: (data) => {
        const before = values.get(open) ?? ''
        if (open !== '' && before.length < 1000) values.set(open, before + data)
      },
    },
    { xmlMode: true },
  )
  feed(parser, xml)
  const title = values.get('dc:title')?.trim()
  if (title) draft.subject = title
  const author = values.get('dc:creator')?.trim()
  if (author) draft.addParticipant({ role: 'author', name: author })
  const created = isoTime(values.get('dcterms:created'))
  if (created !== undefined) draft.sent = created
  const modified = isoTime(values.get('dcterms:modified'))
  if (modified !== undefined) draft.last = modified
}

/** W3CDTF in UTC, as Word writes it; anything else says nothing. */
const isoTime = (value: string | undefined): number | undefined => {
  if (value === undefined || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/.test(value.trim()))
    return undefined
  const at = Date.parse(value.trim())
  return Number.isFinite(at) ? at : undefined
}
