import { aZip, type ZipSource } from '../../fetch/a-zip.ts'

const XML = '<?xml version="1.0" encoding="UTF-8"?>'

/** A package of OOXML with these parts; more than what a reader needs is left out. */
export const anOoxmlFile = (parts: Readonly<Record<string, string>>): Buffer =>
  aZip([
    { name: '[Content_Types].xml', content: `${XML}<Types/>` },
    ...Object.entries(parts).map(([name, content]) => ({ name, content: XML + content })),
  ])

const TYPE = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/'

/** The relations of a part: type and target by id. */
export const relations = (list: Readonly<Record<string, readonly [string, string]>>): string =>
  `<Relationships>${Object.entries(list)
    .map(([id, [type, to]]) => `<Relationship Id="${id}" Type="${TYPE}${type}" Target="${to}"/>`)
    .join('')}</Relationships>`

/** A workbook of sheets given as the XML of their rows. */
export const aWorkbook = (
  sheets: Readonly<Record<string, string>>,
  more: Readonly<Record<string, string>> = {},
  properties = '',
): Buffer => {
  const names = Object.keys(sheets)
  return anOoxmlFile({
    'xl/workbook.xml': `<workbook>${properties}<sheets>${names
      .map((name, index) => `<sheet name="${name}" sheetId="${index + 1}" r:id="r${index}"/>`)
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations({
      ...Object.fromEntries(
        names.map((_, index) => [`r${index}`, ['worksheet', `worksheets/s${index}.xml`]] as const),
      ),
      strings: ['sharedStrings', 'sharedStrings.xml'],
      styles: ['styles', '/xl/styles.xml'],
    }),
    ...Object.fromEntries(
      Object.values(sheets).map((rows, index) => [
        `xl/worksheets/s${index}.xml`,
        `<worksheet><sheetData>${rows}</sheetData></worksheet>`,
      ]),
    ),
    ...more,
  })
}

/** An OpenDocument file of one kind with this body. */
export const anOdfFile = (kind: string, body: string, more: readonly ZipSource[] = []): Buffer =>
  aZip([
    { name: 'mimetype', content: `application/vnd.oasis.opendocument.${kind}` },
    {
      name: 'content.xml',
      content: `${XML}<office:document-content><office:body>${body}</office:body></office:document-content>`,
    },
    ...more,
  ])
