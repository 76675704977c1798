import { aZip } from '../../test/processors/fetch/a-zip.ts'

const XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
const MAIN = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const RELATIONS = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'
const PACKAGE = 'http://schemas.openxmlformats.org/package/2006'
const TYPE = 'application/vnd.openxmlformats-officedocument.spreadsheetml'

const NAMES = ['North', 'South', 'East', 'West', 'Harbour', 'Bridge', 'Station', 'Market']
/** The serial number of 1 January 2024. */
const DAY = 45292

/**
 * A workbook of one sheet as Excel writes it: cells with their places, texts shared, dates as numbers with a style. Six cells to a row: a
 * number, a date, a name, a text of its own, an amount, a truth value. The same on every machine.
 */
export const workbookOf = (rows: number): Buffer =>
  aZip(
    Object.entries({
      '[Content_Types].xml': contentTypes,
      '_rels/.rels': relations([['officeDocument', 'xl/workbook.xml']]),
      'xl/workbook.xml': `<workbook xmlns="${MAIN}" xmlns:r="${RELATIONS}"><sheets><sheet name="Trades" sheetId="1" r:id="r0"/></sheets></workbook>`,
      'xl/_rels/workbook.xml.rels': relations([
        ['worksheet', 'worksheets/sheet1.xml'],
        ['sharedStrings', 'sharedStrings.xml'],
        ['styles', 'styles.xml'],
      ]),
      'xl/styles.xml': styles,
      'xl/sharedStrings.xml': sharedStrings(rows),
      'xl/worksheets/sheet1.xml': `<worksheet xmlns="${MAIN}"><dimension ref="A1:F${rows}"/><sheetData>${rowsOf(rows)}</sheetData></worksheet>`,
    }).map(([name, content]) => ({ name, content: XML + content })),
  )

const contentTypes = `<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${TYPE}.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="${TYPE}.worksheet+xml"/><Override PartName="/xl/sharedStrings.xml" ContentType="${TYPE}.sharedStrings+xml"/><Override PartName="/xl/styles.xml" ContentType="${TYPE}.styles+xml"/></Types>`

const styles = `<styleSheet xmlns="${MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts><fills count="1"><fill><patternFill patternType="none"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/></border></borders><cellStyleXfs count="1"><xf numFmtId="0"/></cellStyleXfs><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14" applyNumberFormat="1"/></cellXfs></styleSheet>`

const relations = (list: readonly (readonly [type: string, target: string])[]): string =>
  `<Relationships xmlns="${PACKAGE}/relationships">${list
    .map(
      ([type, to], at) => `<Relationship Id="r${at}" Type="${RELATIONS}/${type}" Target="${to}"/>`,
    )
    .join('')}</Relationships>`

const noteOf = (row: number): string =>
  `Order ${row} for ${NAMES[row % 7]!} by way of ${NAMES[row % 5]!} &amp; ${NAMES[row % 3]!}`

const sharedStrings = (rows: number): string => {
  const notes = Array.from({ length: rows }, (_, row) => noteOf(row))
  const items = [...NAMES, ...notes].map((text) => `<si><t>${text}</t></si>`).join('')
  return `<sst xmlns="${MAIN}" count="${2 * rows}" uniqueCount="${NAMES.length + rows}">${items}</sst>`
}

const rowsOf = (rows: number): string =>
  Array.from({ length: rows }, (_, row) => {
    const at = row + 1
    return (
      `<row r="${at}"><c r="A${at}"><v>${100_000 + row}</v></c><c r="B${at}" s="1"><v>${DAY + (row % 366)}</v></c>` +
      `<c r="C${at}" t="s"><v>${row % NAMES.length}</v></c><c r="D${at}" t="s"><v>${NAMES.length + row}</v></c>` +
      `<c r="E${at}"><v>${(((row * 7919) % 1_000_003) / 100).toFixed(2)}</v></c><c r="F${at}" t="b"><v>${row % 2}</v></c></row>`
    )
  }).join('')
