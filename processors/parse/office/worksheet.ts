import type { DocumentDraft } from '../document-draft.ts'
import { cellString } from './cell-string.ts'
import { formatNumber, type CellFormat, type DateFormat } from './cell-format.ts'
import { ElementScanner, nameCode, scanElements } from './element-scanner.ts'

/** What the cells of all sheets refer to. */
export interface Workbook {
  readonly strings: readonly string[]
  readonly formats: readonly CellFormat[]
  readonly epoch1904: boolean
  /** Dates that were written before, by format and number: a column of them repeats few, and each costs more than the rest of its cell. */
  readonly dates: Readonly<Record<DateFormat, Map<string, string>>>
}

interface Sheet {
  readonly name: string
  /** From 1. */
  readonly number: number
}

const [ROW, CELL, VALUE, TEXT] = [nameCode('row'), nameCode('c'), nameCode('v'), nameCode('t')]
const [TYPE, STYLE] = [nameCode('t'), nameCode('s')]

/**
 * Adds the filled rows of one sheet under its name. After too many cells it ends with the warning `cells-capped`, where its XML breaks off with `sheet-cut-off`; a cell
 * whose text is not among the strings of the workbook is left out with `strings-missing`.
 */
export const addSheet = async (
  draft: DocumentDraft,
  sheet: Sheet,
  pieces: AsyncIterable<Buffer>,
  workbook: Workbook,
): Promise<void> => {
  const { budget } = draft
  let start = -1
  let row: string[] = []
  /** The cell that is open: its type, the style of a number and its value so far. */
  let isOpen = false
  let type = ''
  let style = 0
  let value = ''
  const capped = new CappedSheet()
  const closeCell = (): void => {
    if (!isOpen) return
    isOpen = false
    const text = textOf(type, style, value, workbook)
    if (text === undefined) draft.warn('strings-missing')
    else if (text !== '') row.push(text)
  }
  const closeRow = (): void => {
    closeCell()
    if (row.length === 0) return
    if (start < 0) start = addHeading(draft, sheet.name)
    addRow(draft, row)
    row = []
  }
  const openCell = (): void => {
    isOpen = true
    type = scanner.attribute(TYPE) ?? 'n'
    style = type === 'n' ? Number(scanner.attribute(STYLE) ?? 0) : 0
    value = ''
  }
  const scanner = new ElementScanner(
    {
      open: (name) => {
        if ((name === CELL || name === ROW) && !budget.countCell()) throw capped
        if (name === CELL) {
          closeCell()
          openCell()
        } else if (name === ROW) closeRow()
        else if (name === VALUE || name === TEXT) scanner.wantsText = isOpen
      },
      close: (name) => {
        if (name === VALUE || name === TEXT) scanner.wantsText = false
        else if (name === CELL) closeCell()
        else if (name === ROW) closeRow()
      },
      text: (text) => {
        if (!isOpen) return
        value += text
        budget.checkCharacters(value.length)
      },
    },
    budget,
  )
  try {
    await scanElements(pieces, scanner)
    if (scanner.isCutOff) draft.warn('sheet-cut-off')
  } catch (error) {
    if (error !== capped) throw error
    draft.warn('cells-capped')
  }
  closeRow()
  if (start >= 0)
    draft.mark({ kind: 'page', start, end: draft.length, depth: 0, path: String(sheet.number) })
}

/** Leaves the reading of a sheet at the limit of cells; never leaves {@link addSheet}. */
class CappedSheet extends Error {}

/** The name of a sheet stands above its first row; a sheet without any has no text. Returns where it starts. */
const addHeading = (draft: DocumentDraft, name: string): number => {
  if (draft.length > 0) draft.append('\n')
  const start = draft.length
  draft.append(name)
  draft.mark({ kind: 'heading', start, end: draft.length, depth: 0 })
  return start
}

const addRow = (draft: DocumentDraft, row: readonly string[]): void => {
  const start = draft.length + 1
  draft.append(`\n${row.join('\t')}`)
  if (row.length > 1) draft.mark({ kind: 'table-row', start, end: draft.length, depth: 0 })
}

/** The value of a cell as text on one line, or none when it names a string that is not there. */
const textOf = (
  type: string,
  style: number,
  value: string,
  workbook: Workbook,
): string | undefined => {
  switch (type) {
    case 's':
      return value.trim() === '' ? '' : workbook.strings[Number(value)]
    case 'b':
      return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : ''
    case 'n':
      return numberText(value, workbook.formats[style] ?? 'number', workbook)
    case 'd':
    case 'str':
    case 'inlineStr':
      return cellString(value)
    default:
      return ''
  }
}

const MOST_DATES = 10_000

const numberText = (value: string, format: CellFormat, { dates, epoch1904 }: Workbook): string => {
  if (format === 'number') return value.trim()
  const known = dates[format].get(value)
  if (known !== undefined) return known
  const text = formatNumber(value, format, epoch1904).trim()
  if (dates[format].size < MOST_DATES) dates[format].set(value, text)
  return text
}
