import { aZip } from '../../fetch/a-zip.ts'
import { aPdf } from '../a-pdf.ts'
import { anOdfFile } from '../office/an-office-file.ts'
import { aCompoundFile } from '../outlook/a-compound-file.ts'
import { MEBIBYTE, pieces } from './hostile-file.ts'
import type { HostileFile } from './hostile-file.ts'

const types = { name: '[Content_Types].xml', content: '<x/>' }
const zeros = (mebibytes: number): Buffer => Buffer.alloc(mebibytes * MEBIBYTE, 'a')
const docx = (xml: string | Buffer): Buffer =>
  aZip([types, { name: 'word/document.xml', content: xml }])
const xlsx = (sheet: string, strings = '<sst/>'): Buffer =>
  aZip([
    types,
    {
      name: 'xl/workbook.xml',
      content: '<workbook><sheets><sheet name="a" r:id="r1"/></sheets></workbook>',
    },
    {
      name: 'xl/_rels/workbook.xml.rels',
      content:
        '<Relationships><Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>',
    },
    {
      name: 'xl/worksheets/sheet1.xml',
      content: `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
    },
    { name: 'xl/sharedStrings.xml', content: strings },
  ])
const zipInZip = (depth: number): Buffer => {
  let inner = aZip([{ name: 'a.txt', content: 'words' }])
  for (let at = 0; at < depth; at++) inner = aZip([{ name: 'in.zip', content: inner }])
  return inner
}
const part = (bytes: Buffer, share: number): Buffer =>
  bytes.subarray(0, Math.floor(bytes.length * share))
const plain = (): Buffer =>
  aZip([
    { name: 'a.txt', content: 'words '.repeat(1000) },
    { name: 'b.html', content: '<p>words' },
  ])
/** Bytes flipped at places that a seed chooses. */
const flipped = (bytes: Buffer, seed: number): Buffer => {
  const copy = Buffer.from(bytes)
  let state = seed
  for (let count = 0; count < 24; count++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    copy[state % copy.length] = state >>> 24
  }
  return copy
}

const zips: HostileFile[] = [
  {
    name: 'zip: 150 MB of one letter',
    make: () => aZip([{ name: 'a.txt', content: zeros(150) }]),
    large: true,
  },
  { name: 'zip: 20 MB of one letter', make: () => aZip([{ name: 'a.txt', content: zeros(20) }]) },
  {
    name: 'zip: 60,000 entries',
    make: () => aZip(Array.from({ length: 60_000 }, (_, at) => ({ name: `${at}`, content: '' }))),
    large: true,
  },
  {
    name: 'zip: 5,001 entries',
    make: () =>
      aZip(Array.from({ length: 5001 }, (_, at) => ({ name: `${at}.txt`, content: 'x' }))),
  },
  { name: 'zip: 50 in each other', make: () => zipInZip(50) },
  {
    name: 'zip: 10 bombs in one',
    make: () =>
      aZip(Array.from({ length: 10 }, (_, at) => ({ name: `${at}.txt`, content: zeros(8) }))),
  },
  {
    name: 'zip: a size that lies low',
    make: () => aZip([{ name: 'a.txt', content: zeros(9), claimedBytes: 5 }]),
  },
  {
    name: 'zip: a size that lies high',
    make: () => aZip([{ name: 'a.txt', content: 'x', claimedBytes: 0xfffffff0 }]),
  },
  {
    name: 'zip: names that climb',
    make: () =>
      aZip([
        { name: '../../etc/passwd', content: 'x' },
        { name: '/abs.txt', content: 'x' },
      ]),
  },
  {
    name: 'zip: the same name 2,000 times',
    make: () => aZip(Array.from({ length: 2000 }, () => ({ name: 'a.txt', content: 'x' }))),
  },
  {
    name: 'zip: names of no charset',
    make: () => aZip([{ name: Buffer.from([0xff, 0xfe, 0, 0x41]), content: 'x' }]),
  },
  { name: 'zip: a name of 60 KB', make: () => aZip([{ name: 'n'.repeat(60_000), content: 'x' }]) },
  { name: 'zip: nothing in it', make: () => aZip([]) },
  { name: 'zip: locked', make: () => aZip([{ name: 'a.txt', content: 'x', encrypted: true }]) },
  ...[0.2, 0.5, 0.9, 0.99].map((share) => ({
    name: `zip: the first ${share} of it`,
    make: () => part(plain(), share),
  })),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed) => ({
    name: `zip: bytes flipped, seed ${seed}`,
    make: () => flipped(plain(), seed),
  })),
]

const office: HostileFile[] = [
  {
    name: 'DOCX: 150 MB of one letter',
    make: () => docx(Buffer.concat([Buffer.from('<w:document><w:p><w:r><w:t>'), zeros(150)])),
    large: true,
  },
  {
    name: 'DOCX: 30 MB of one letter',
    make: () => docx(Buffer.concat([Buffer.from('<w:document><w:p><w:r><w:t>'), zeros(30)])),
  },
  { name: 'DOCX: 50,000 deep', make: () => docx('<a>'.repeat(50_000)) },
  {
    name: 'DOCX: 300,000 paragraphs',
    make: () => docx(`<w:document>${'<w:p><w:r><w:t>x</w:t></w:r></w:p>'.repeat(300_000)}`),
  },
  {
    name: 'DOCX: entities in entities',
    make: () =>
      docx(
        `<!DOCTYPE a [<!ENTITY a "x">${pieces(20, (at) => `<!ENTITY a${at} "&a${at - 1};&a${at - 1};">`)}]><w:p>&a19;</w:p>`,
      ),
  },
  { name: 'DOCX: no XML', make: () => docx('\0\x01\x02'.repeat(10_000)) },
  {
    name: 'DOCX: half of it',
    make: () => part(docx('<w:p><w:r><w:t>words</w:t></w:r></w:p>'), 0.5),
  },
  {
    name: 'DOCX: 300,000 attributes',
    make: () => docx(`<w:p ${pieces(300_000, (at) => `a${at}="" `)}>`),
  },
  {
    name: 'XLSX: 2,000,000 empty cells',
    make: () => xlsx(`<row>${'<c/>'.repeat(2_000_000)}</row>`),
  },
  { name: 'XLSX: 500,000 rows', make: () => xlsx('<row><c><v>1</v></c></row>'.repeat(500_000)) },
  {
    name: 'XLSX: a cell in column XFD of row 1048576',
    make: () => xlsx('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'),
  },
  {
    name: 'XLSX: places that go back',
    make: () =>
      xlsx(
        pieces(20_000, (at) => `<row r="${20_000 - at}"><c r="Z${20_000 - at}"><v>1</v></c></row>`),
      ),
  },
  {
    name: 'XLSX: strings that are not there',
    make: () => xlsx('<row><c t="s"><v>999999999</v></c></row>'.repeat(1000)),
  },
  {
    name: 'XLSX: one long string 50,000 times',
    make: () =>
      xlsx(
        '<row><c t="s"><v>0</v></c></row>'.repeat(50_000),
        `<sst><si><t>${'x'.repeat(30_000)}</t></si></sst>`,
      ),
  },
  {
    name: 'XLSX: a number format without an end',
    make: () => xlsx('<row><c s="999"><v>1e999</v></c></row>'.repeat(1000)),
  },
  {
    name: 'PPTX: slides that lead to each other',
    make: () =>
      aZip([
        types,
        { name: 'ppt/presentation.xml', content: '<p:sldIdLst><p:sldId r:id="r1"/></p:sldIdLst>' },
        {
          name: 'ppt/_rels/presentation.xml.rels',
          content:
            '<Relationships><Relationship Id="r1" Target="presentation.xml"/></Relationships>',
        },
      ]),
  },
  {
    name: 'PPTX: 3,000 slides',
    make: () =>
      aZip([
        types,
        { name: 'ppt/presentation.xml', content: '<x/>' },
        ...Array.from({ length: 3000 }, (_, at) => ({
          name: `ppt/slides/slide${at}.xml`,
          content: '<a:t>x</a:t>',
        })),
      ]),
  },
  { name: 'ODT: 50,000 deep', make: () => anOdfFile('text', '<a>'.repeat(50_000)) },
  {
    name: 'ODT: 2,000,000,000 spaces',
    make: () => anOdfFile('text', '<text:p><text:s text:c="2000000000"/></text:p>'.repeat(100)),
  },
  {
    name: 'ODS: 1,000,000,000 repeated cells',
    make: () =>
      anOdfFile(
        'spreadsheet',
        '<table:table><table:table-row table:number-rows-repeated="1000000000"><table:table-cell table:number-columns-repeated="1000000000"><text:p>x</text:p></table:table-cell></table:table-row></table:table>',
      ),
  },
]

const pdf = (objects: readonly string[]): string =>
  `%PDF-1.4\n${objects.map((object, at) => `${at + 1} 0 obj\n${object}\nendobj\n`).join('')}trailer\n<</Root 1 0 R/Size ${objects.length + 1}>>\n%%EOF`
const CATALOG = '<</Type/Catalog/Pages 2 0 R>>'
const PAGE = '<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]/Contents 4 0 R>>'
const pdfs: HostileFile[] = [
  {
    name: 'PDF: a page tree that holds itself',
    make: () => pdf([CATALOG, '<</Type/Pages/Count 9/Kids[2 0 R 2 0 R]>>']),
  },
  {
    name: 'PDF: 2,000,000,000 pages',
    make: () => pdf([CATALOG, '<</Type/Pages/Count 2000000000/Kids[3 0 R]>>', PAGE]),
  },
  {
    name: 'PDF: one page 100,000 times',
    make: () =>
      pdf([CATALOG, `<</Type/Pages/Count 100000/Kids[${'3 0 R '.repeat(100_000)}]>>`, PAGE]),
  },
  {
    name: 'PDF: a length that lies',
    make: () =>
      pdf([
        CATALOG,
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        PAGE,
        '<</Length 999999999>>\nstream\nBT (x) Tj ET\nendstream',
      ]),
  },
  { name: 'PDF: arrays 100,000 deep', make: () => pdf([CATALOG, `${'['.repeat(100_000)}`]) },
  {
    name: 'PDF: dictionaries 100,000 deep',
    make: () => pdf([CATALOG, `${'<</A'.repeat(100_000)}`]),
  },
  {
    name: 'PDF: graphics states 500,000 deep',
    make: () =>
      pdf([
        CATALOG,
        '<</Type/Pages/Count 1/Kids[3 0 R]>>',
        PAGE,
        `<</Length 1000000>>\nstream\n${'q '.repeat(500_000)}\nendstream`,
      ]),
  },
  {
    name: 'PDF: a table that leads to itself',
    make: () =>
      `${aPdf(['x'])}\nxref\n0 1\n0000000000 65535 f \ntrailer\n<</Size 1/Root 1 0 R/Prev 9>>\nstartxref\n9\n%%EOF`,
  },
  { name: 'PDF: a header and nothing else', make: () => '%PDF-1.7\n' },
  {
    name: 'PDF: 5,001 pages',
    make: () => aPdf(Array.from({ length: 5001 }, () => 'x')),
    large: true,
  },
  ...[0.3, 0.7, 0.95].map((share) => ({
    name: `PDF: the first ${share} of it`,
    make: () => part(Buffer.from(aPdf(['one', 'two', 'three'])), share),
  })),
  ...[1, 2, 3, 4, 5, 6].map((seed) => ({
    name: `PDF: bytes flipped, seed ${seed}`,
    make: () => flipped(Buffer.from(aPdf(['one', 'two'])), seed),
  })),
]

const compound = (): Buffer =>
  aCompoundFile({ '__properties_version1.0': Buffer.alloc(64), a: 'x'.repeat(10_000) })
const others: HostileFile[] = [
  ...[0.3, 0.7, 0.95].map((share) => ({
    name: `compound: the first ${share} of it`,
    make: () => part(compound(), share),
  })),
  ...[1, 2, 3, 4, 5, 6, 7, 8].map((seed) => ({
    name: `compound: bytes flipped, seed ${seed}`,
    make: () => flipped(compound(), seed),
  })),
  {
    name: 'compound: sectors that lead to each other',
    make: () => {
      const bytes = compound()
      for (let at = 512; at + 4 <= 1024; at += 4) bytes.writeUInt32LE(0, at)
      return bytes
    },
  },
  {
    name: 'winmail: lengths that lie',
    make: () =>
      Buffer.concat([
        Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0, 1, 6, 0x90, 8, 0, 0xff, 0xff, 0xff, 0x7f]),
        Buffer.alloc(5000),
      ]),
  },
  { name: 'RTF: 200,000 deep', make: () => `{\\rtf1 ${'{'.repeat(200_000)}x` },
  { name: 'RTF: a binary that lies', make: () => `{\\rtf1 \\bin999999999 x}` },
  {
    name: 'RTF: 500,000 characters by number',
    make: () => `{\\rtf1 ${'\\u20013?'.repeat(500_000)}}`,
  },
  { name: 'RTF: a word without an end', make: () => `{\\rtf1 \\${'a'.repeat(1_000_000)}` },
  { name: 'RTF: hexadecimals', make: () => `{\\rtf1 ${"\\'"}${"\\'zz".repeat(300_000)}` },
]

export const hostileContainers: readonly HostileFile[] = [...zips, ...office, ...pdfs, ...others]
