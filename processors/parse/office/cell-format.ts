import type { Budget } from '../budget.ts'
import { readXml } from '../xml.ts'

/** How the number of a cell is shown: as it is, or as a day, a time of the day or both. */
export type CellFormat = 'number' | DateFormat
export type DateFormat = 'date' | 'time' | 'date-time'

/** Formats kept of one workbook; Excel itself allows 65,490. */
const MOST_FORMATS = 70_000

/** The format of each cell style (`xl/styles.xml`, `cellXfs`), by the index that cells name. */
export const readCellFormats = (xml: Buffer | undefined, budget: Budget): readonly CellFormat[] => {
  if (xml === undefined) return []
  const own = new Map<string, CellFormat>()
  const formats: CellFormat[] = []
  let inCellFormats = false
  readXml(
    xml,
    {
      open: (name, { numFmtId = '', formatCode = '' }) => {
        if (name === 'cellXfs') inCellFormats = true
        else if (name === 'numFmt' && own.size < MOST_FORMATS)
          own.set(numFmtId, formatOfCode(formatCode))
        else if (name === 'xf' && inCellFormats && formats.length < MOST_FORMATS)
          formats.push(own.get(numFmtId) ?? builtInFormat(Number(numFmtId)))
      },
      close: (name) => {
        if (name === 'cellXfs') inCellFormats = false
      },
    },
    budget,
  )
  return formats
}

/** The formats that are not written into the file (ECMA-376 part 1, 18.8.30). */
const builtInFormat = (id: number): CellFormat => {
  if (id === 22) return 'date-time'
  if ((id >= 14 && id <= 17) || (id >= 27 && id <= 31) || (id >= 50 && id <= 58)) return 'date'
  return (id >= 18 && id <= 21) || (id >= 32 && id <= 36) || (id >= 45 && id <= 47)
    ? 'time'
    : 'number'
}

/** Letters of a format code outside quotes, brackets and escapes tell what it shows. */
const formatOfCode = (code: string): CellFormat => {
  const bare = code
    .slice(0, 300)
    .replace(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_./gi, '')
    .toLowerCase()
  const day = /[yd]/.test(bare)
  const time = /[hs]/.test(bare)
  if (day && time) return 'date-time'
  if (time) return 'time'
  // A lone m is a month; but then there is no other letter of a number, as in "General".
  return day || /^[m\W]*m[m\W]*$/.test(bare) ? 'date' : 'number'
}

const DAY = 86_400_000

/** The value of a number cell as text. `epoch1904`: days count from 1904 (old Macs), else from 1900 with its false leap day. */
export const formatNumber = (value: string, format: CellFormat, epoch1904: boolean): string => {
  const days = Number(value)
  if (format === 'number' || value.trim() === '' || !Number.isFinite(days)) return value
  // 2958466 is the first day of the year 10000.
  if (days < 0 || days >= 2_958_466) return value
  const base = epoch1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30)
  const iso = new Date(Math.round((base + days * DAY) / 1000) * 1000).toISOString()
  const time = iso.slice(11, 19)
  if (format === 'time' || (format === 'date-time' && days < 1)) return time
  return format === 'date' ? iso.slice(0, 10) : `${iso.slice(0, 10)} ${time}`
}
