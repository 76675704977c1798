import type { DocumentDraft } from '../document-draft.ts'
import { streamXml } from '../xml.ts'
import { formatNumber, type CellFormat } from './cell-format.ts'

/** What the cells of all sheets refer to. */
export interface Workbook {
  readonly strings: readonly string[]
  readonly formats: readonly CellFormat[]
  readonly epoch1904: boolean
  /** Dates that were written before: a column of them repeats few, and each costs more than the rest of its cell. */
  readonly dates: Map<string, string>
}

interface Sheet {
  readonly name: string
  /** From 1. */
  readonly number: number
}

/** A cell while it is read: its type, its style and its value so far. */
interface Cell {
  readonly type: string
  readonly style: number
  value: string
}

/** Adds the filled rows of one sheet under its name. After too many cells it ends with the warning `cells-capped`. */
export const addSheet = async (
  draft: DocumentDraft,
  sheet: Sheet,
  pieces: AsyncIterable<Buffer>,
  workbook: Workbook,
): Promise<void> => {
  let start = -1
  let row: string[] = []
  let cell: Cell | undefined
  let inValue = false
  const capped = new CappedSheet()
  const closeRow = (): void => {
    if (row.length === 0) return
    if (start < 0) start = addHeading(draft, sheet.name)
    addRow(draft, row)
    row = []
  }
  const closeCell = (): void => {
    const text = cell === undefined ? '' : textOf(cell, workbook)
    cell = undefined
    if (text !== '') row.push(text)
  }
  try {
    await streamXml(
      pieces,
      {
        open: (name, { t: type = 'n', s: style = '0' }) => {
          if ((name === 'c' || name === 'row') && !draft.budget.countCell()) throw capped
          if (name === 'c') cell = { type, style: Number(style), value: '' }
          else if (name === 'v' || name === 't') inValue = cell !== undefined
        },
        close: (name) => {
          if (name === 'v' || name === 't') inValue = false
          else if (name === 'c') closeCell()
          else if (name === 'row') closeRow()
        },
        text: (text) => {
          if (!inValue || cell === undefined) return
          cell.value += text
          draft.budget.checkCharacters(cell.value.length)
        },
      },
      draft.budget,
    )
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
  draft.append('\n')
  const start = draft.length
  draft.append(row.join('\t'))
  if (row.length > 1) draft.mark({ kind: 'table-row', start, end: draft.length, depth: 0 })
}

/** The value of a cell as text on one line. */
const textOf = ({ type, style, value }: Cell, workbook: Workbook): string => {
  switch (type) {
    case 's':
      return workbook.strings[Number(value)] ?? ''
    case 'b':
      return value === '1' ? 'TRUE' : value === '0' ? 'FALSE' : ''
    case 'n':
      return numberText(value, workbook.formats[style] ?? 'number', workbook)
    case 'd':
    case 'str':
    case 'inlineStr':
      return oneLine(value)
    default:
      return ''
  }
}

const MOST_DATES = 10_000

const numberText = (value: string, format: CellFormat, { dates, epoch1904 }: Workbook): string => {
  if (format === 'number') return value.trim()
  const key = `${format} ${value}`
  const known = dates.get(key)
  if (known !== undefined) return known
  const text = formatNumber(value, format, epoch1904).trim()
  if (dates.size < MOST_DATES) dates.set(key, text)
  return text
}

/** Line ends inside a cell would look like rows. */
export const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
