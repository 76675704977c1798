import type { CanonicalDocument } from '../../../topology/model/document.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { ParseRefusal } from '../parse-code.ts'
import { readXml } from '../xml.ts'
import type { ZipParts } from '../zip-parts.ts'
import { readCellFormats } from './cell-format.ts'
import { addChart } from './chart.ts'
import { readProperties } from './properties.ts'
import { readRelations, relationId } from './relations.ts'
import { readSharedStrings } from './shared-strings.ts'
import { addSheet, type Workbook } from './worksheet.ts'

export const XLSX_TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/**
 * Reads a spreadsheet: per sheet with text its name as heading and one line per row, filled cells joined by tabs, under a `page` span with the
 * number of the sheet; then comments, texts of drawings and words of charts. Formulas give the value they had. Numbers that are shown as dates are
 * written as dates. Worksheets are read while they are inflated.
 *
 * @throws ParseRefusal `broken`, `encrypted`, `expansion`, `too-deep`, `too-large`, `too-many-pages`
 */
export const parseXlsx = async (zip: ZipParts, budget: Budget): Promise<CanonicalDocument> => {
  const draft = new DocumentDraft(XLSX_TYPE, budget)
  const main = zip.parts.find((part) => /^xl\/workbook\d*\.xml$/.test(part.name))?.name
  const xml = main === undefined ? undefined : await zip.read(main)
  if (main === undefined || xml === undefined) throw new ParseRefusal('broken', XLSX_TYPE)
  readProperties(draft, await zip.read('docProps/core.xml'))
  const { sheets, epoch1904 } = readWorkbook(xml, budget)
  const relations = await readRelations(zip, main, budget)
  const partOf = (type: string): string =>
    relations.find((relation) => relation.type === type)?.target ?? ''
  const workbook: Workbook = {
    epoch1904,
    dates: { date: new Map(), time: new Map(), 'date-time': new Map() },
    strings: await readSharedStrings(zip.stream(partOf('sharedStrings')), budget),
    formats: readCellFormats(await zip.read(partOf('styles')), budget),
  }
  const targets = new Map(relations.map((relation) => [relation.id, relation.target]))
  const seen = new Set<string>()
  for (const [index, sheet] of sheets.entries()) {
    const part = targets.get(sheet.relation) ?? ''
    if (seen.has(part) || !zip.has(part)) continue
    seen.add(part)
    await addSheet(draft, { ...sheet, number: index + 1 }, zip.stream(part), workbook)
  }
  await addNotes(draft, zip)
  await addCharts(draft, zip, workbook.strings)
  return draft.finish()
}

interface SheetEntry {
  readonly name: string
  readonly relation: string
}

const readWorkbook = (
  xml: Buffer,
  budget: Budget,
): { readonly sheets: readonly SheetEntry[]; readonly epoch1904: boolean } => {
  const sheets: SheetEntry[] = []
  let epoch1904 = false
  readXml(
    xml,
    {
      open: (name, attributes) => {
        if (name === 'workbookPr') epoch1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '')
        if (name !== 'sheet') return
        sheets.push({ name: attributes['name'] ?? '', relation: relationId(attributes) })
        budget.checkPages(sheets.length)
      },
    },
    budget,
  )
  return { sheets, epoch1904 }
}

/** Comments (old and threaded) and the texts of shapes. A threaded comment also stands among the old ones, as a copy. */
const NOTES = /^xl\/(?:threadedComments\/|comments|drawings\/drawing)[^/]*\.xml$/

const addNotes = async (draft: DocumentDraft, zip: ZipParts): Promise<void> => {
  const seen = new Set<string>()
  const threaded = zip.parts.some((part) => part.name.startsWith('xl/threadedComments/'))
  for (const { name } of zip.parts) {
    if (!NOTES.test(name) || (threaded && name.startsWith('xl/comments'))) continue
    const xml = await zip.read(name)
    if (xml !== undefined)
      for (const line of noteLines(xml, draft.budget)) addNote(draft, line, seen)
  }
}

const CHART = /^xl\/charts\/chart\d*\.xml$/

const addCharts = async (
  draft: DocumentDraft,
  zip: ZipParts,
  strings: readonly string[],
): Promise<void> => {
  const charts = zip.parts.filter(({ name }) => CHART.test(name))
  const known = new Set(charts.length > 0 ? strings : [])
  for (const { name } of charts) {
    const xml = await zip.read(name)
    if (xml !== undefined) addChart(draft, xml, known)
  }
}

const addNote = (draft: DocumentDraft, line: string, seen: Set<string>): void => {
  if (line.trim() === '' || seen.has(line)) return
  seen.add(line)
  draft.append(`${draft.length > 0 ? '\n' : ''}${line.trim()}`)
}

/** The text of each comment or paragraph of a shape. */
const noteLines = (xml: Buffer, budget: Budget): readonly string[] => {
  const lines: string[] = []
  let line = ''
  let inText = false
  readXml(
    xml,
    {
      open: (name) => {
        if (name === 't' || name === 'text') inText = true
      },
      close: (name) => {
        if (name === 't') inText = false
        if (name !== 'p' && name !== 'comment' && name !== 'threadedComment') return
        lines.push(line)
        line = ''
        inText = false
      },
      text: (text) => {
        if (inText) line += text
        budget.checkCharacters(line.length)
      },
    },
    budget,
  )
  return lines
}
