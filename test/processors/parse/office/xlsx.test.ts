import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, parsing, refusal, textsOf } from '../a-mail.ts'
import { aCompoundFile } from '../outlook/a-compound-file.ts'
import { aWorkbook, anOoxmlFile, relations } from './an-office-file.ts'

const row = (...cells: readonly string[]): string => `<row>${cells.join('')}</row>`
const number = (value: number, style = 0): string => `<c s="${style}"><v>${value}</v></c>`
const inline = (text: string): string => `<c t="inlineStr"><is><t>${text}</t></is></c>`

describe('parse: XLSX', () => {
  it('gives each sheet as a page: its name as heading, then rows with tabs', async () => {
    const document = await parsed(
      aWorkbook(
        {
          People: row('<c t="s"><v>0</v></c>', '<c t="s"><v>1</v></c>') + row(inline('x &amp; y')),
          Empty: '',
          More: row(number(7), '<c t="b"><v>1</v></c>', '<c t="e"><v>#REF!</v></c>', '<c/>'),
        },
        {
          'xl/sharedStrings.xml':
            '<sst><si><t>Ada</t></si><si><r><t>Love</t></r><r><t>lace</t></r><rPh><t>no</t></rPh></si></sst>',
          'docProps/core.xml':
            '<p><dc:title>List</dc:title><dc:creator>Bob</dc:creator><dcterms:created>2024-01-02T03:04:05Z</dcterms:created></p>',
        },
      ),
    )
    assert.equal(document.text, 'People\nAda\tLovelace\nx & y\nMore\n7\tTRUE')
    assert.deepEqual(textsOf(document, 'heading'), ['People', 'More'])
    assert.deepEqual(textsOf(document, 'table-row'), ['Ada\tLovelace', '7\tTRUE'])
    assert.deepEqual(
      document.spans.filter((span) => span.kind === 'page').map((span) => span.path),
      ['1', '3'],
    )
    assert.equal(document.subject, 'List')
    assert.deepEqual(document.participants, [{ role: 'author', name: 'Bob' }])
    assert.equal(document.dates.sent, Date.UTC(2024, 0, 2, 3, 4, 5))
  })

  it('reads what charts say besides the cells behind the sheets', async () => {
    const names = '<c:strCache><c:pt><c:v>Q1</c:v></c:pt><c:pt><c:v>Q2</c:v></c:pt></c:strCache>'
    const document = await parsed(
      aWorkbook(
        { S: row(number(7), '<c t="s"><v>0</v></c>') },
        {
          'xl/sharedStrings.xml': '<sst><si><t>Q2</t></si></sst>',
          'xl/charts/chart1.xml': `<c:title><a:p><a:r><a:t>Calls of Ada</a:t></a:r></a:p></c:title>${names}<c:v>4.3</c:v>`,
          'xl/charts/style1.xml': '<cs:p><a:t>no</a:t></cs:p>',
        },
      ),
    )
    assert.equal(document.text, 'S\n7\tQ2\nCalls of Ada\nQ1')
  })

  it('writes numbers as dates and times where the sheet shows them so', async () => {
    const styles =
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[$-409]d\\-mmm\\-yy;@"/><numFmt numFmtId="165" formatCode="0.0&quot; days&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="20"/><xf numFmtId="164"/><xf numFmtId="165"/></cellXfs></styleSheet>'
    const rows = row(
      ...[1, 2, 3, 4, 5, 0].map((style) => number(45292.5, style)),
      number(-1, 1),
      number(1e300, 1),
    )
    const document = await parsed(aWorkbook({ S: rows }, { 'xl/styles.xml': styles }))
    assert.equal(
      document.text,
      'S\n2024-01-01\t2024-01-01 12:00:00\t12:00:00\t2024-01-01\t45292.5\t45292.5\t-1\t1e+300',
    )
    const old = aWorkbook(
      { S: row(number(1, 1)) },
      { 'xl/styles.xml': styles },
      '<workbookPr date1904="1"/>',
    )
    assert.equal((await parsed(old)).text, 'S\n1904-01-02')
  })

  it('reads comments and the texts of shapes once, after the sheets', async () => {
    const document = await parsed(
      aWorkbook(
        { S: row(number(1)) },
        {
          'xl/comments1.xml':
            '<comments><commentList><comment><text><r><t>Ask </t></r><r><t>Ada</t></r></text></comment></commentList></comments>',
          'xl/drawings/drawing1.xml': '<d><a:p><a:r><a:t>a shape</a:t></a:r></a:p></d>',
        },
      ),
    )
    assert.equal(document.text, 'S\n1\nAsk Ada\na shape')
  })

  it('is known by its parts, whatever its name says', async () => {
    const bytes = aWorkbook({ S: row(number(1)) })
    assert.match((await parsed(bytes, { name: 'a.docx' })).type, /spreadsheetml/)
    assert.equal((await parsed(bytes, { declaredType: 'text/plain' })).text, 'S\n1')
  })

  it('has no text when no cell has', async () => {
    assert.equal(await refusal(aWorkbook({ S: row('<c/>') })), 'no-text')
  })

  it('ends after the allowed number of cells, and says so', async () => {
    const bytes = aWorkbook({ A: row(number(1), number(2)), B: row(number(3), number(4)) })
    const outcome = await parsing(bytes, {}, { cells: 5 })
    assert.equal(outcome.kind === 'parsed' && outcome.document.text, 'A\n1\t2\nB\n3')
    assert.deepEqual(outcome.kind === 'parsed' && outcome.document.warnings, ['cells-capped'])
  })

  it('warns of cells whose string is not there, and of a sheet that breaks off', async () => {
    const cells = row('<c t="s"><v>0</v></c>', '<c t="s"><v>7</v></c>', '<c t="s"/>', number(1))
    const strings = { 'xl/sharedStrings.xml': '<sst><si><t>Ada</t></si></sst>' }
    const outside = await parsed(aWorkbook({ S: cells }, strings))
    assert.deepEqual([outside.text, outside.warnings], ['S\nAda\t1', ['strings-missing']])
    const missing = await parsed(aWorkbook({ S: cells }))
    assert.deepEqual([missing.text, missing.warnings], ['S\n1', ['strings-missing']])
    const half = `<worksheet><sheetData>${row(number(1))}<row><c><v>2</v></c><c t="inl`
    const cut = await parsed(aWorkbook({ S: '' }, { 'xl/worksheets/s0.xml': half }))
    assert.deepEqual([cut.text, cut.warnings], ['S\n1\n2', ['sheet-cut-off']])
    const whole = await parsed(aWorkbook({ S: row(number(1), '<c t="s"/>') }))
    assert.deepEqual(whole.warnings, [])
  })

  it('decodes the escapes of characters that XML cannot hold', async () => {
    const strings =
      '<sst><si><t>one_x000D_\ntwo _x005F_x0041_ _xD83D__xDE00_ _xD83D_</t></si></sst>'
    const bytes = aWorkbook(
      { S: row('<c t="s"><v>0</v></c>', inline('a_x0009_b_x0001_c _x12_')) },
      { 'xl/sharedStrings.xml': strings },
    )
    assert.equal((await parsed(bytes)).text, 'S\none two _x0041_ 😀 \ufffd\ta b c _x12_')
  })

  it('ends in time where a sheet is small when packed and endless when read', async () => {
    const packed = { ratio: 10_000 }
    const rows = await parsing(aWorkbook({ S: row(number(1)) + '<row/>'.repeat(3e6) }), {}, packed)
    assert.equal(rows.kind === 'parsed' && rows.document.text, 'S\n1')
    assert.deepEqual(rows.kind === 'parsed' && rows.document.warnings, ['cells-capped'])
    const blanks = aWorkbook({ S: ' '.repeat(80e6) })
    assert.equal(await refusal(blanks, {}, packed), 'expansion')
  })

  it('refuses too many sheets, a bomb, too much text by one shared string, and endless nesting', async () => {
    assert.equal(await refusal(aWorkbook({ A: '', B: '' }), {}, { pages: 1 }), 'too-many-pages')
    const bomb = aWorkbook({ S: row(inline('a'.repeat(60 * 1024 * 1024))) })
    assert.equal(await refusal(bomb), 'expansion')
    const repeated = aWorkbook(
      { S: row('<c t="s"><v>0</v></c>').repeat(20_000) },
      { 'xl/sharedStrings.xml': `<sst><si><t>${'long '.repeat(6000)}</t></si></sst>` },
    )
    assert.equal(await refusal(repeated, {}, { ratio: 10_000 }), 'too-large')
    assert.equal(await refusal(aWorkbook({ S: '<x>'.repeat(5000) })), 'too-deep')
  })

  it('reads a sheet once that names itself again, and leaves out parts that are not there', async () => {
    const bytes = anOoxmlFile({
      'xl/workbook.xml':
        '<workbook><sheets><sheet name="A" r:id="a"/><sheet name="B" r:id="b"/><sheet name="C" r:id="c"/><sheet name="D" r:id="d"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': relations({
        a: ['worksheet', 'worksheets/../worksheets/s.xml'],
        b: ['worksheet', 'worksheets/s.xml'],
        c: ['worksheet', '../../../../etc/passwd'],
        d: ['worksheet', 'workbook.xml'],
      }),
      'xl/worksheets/s.xml': `<worksheet>${row(number(1))}</worksheet>`,
    })
    assert.equal((await parsed(bytes)).text, 'A\n1')
  })

  it('gives broken for a truncated file, encrypted for a locked one', async () => {
    const bytes = aWorkbook({ S: row(number(1)) })
    assert.equal(await refusal(bytes.subarray(0, bytes.length - 30)), 'broken')
    assert.equal(await refusal(aCompoundFile({ EncryptedPackage: 'x' })), 'encrypted')
  })

  it('does not expand entities of a document type', async () => {
    const sheet = `<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><worksheet>${row(inline('&b;'))}</worksheet>`
    const bytes = anOoxmlFile({
      'xl/workbook.xml': '<workbook><sheets><sheet name="S" r:id="a"/></sheets></workbook>',
      'xl/_rels/workbook.xml.rels': relations({ a: ['worksheet', 's.xml'] }),
      'xl/s.xml': sheet,
    })
    assert.equal((await parsed(bytes)).text, 'S\n&b;')
  })
})
