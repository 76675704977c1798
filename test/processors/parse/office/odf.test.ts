import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, refusal, textsOf } from '../a-mail.ts'
import { anOdfFile } from './an-office-file.ts'

describe('parse: OpenDocument', () => {
  it('reads a text: paragraphs, headings, tables, blanks and notes, without deleted text', async () => {
    const document = await parsed(
      anOdfFile(
        'text',
        `<office:text><text:tracked-changes><text:p>deleted</text:p></text:tracked-changes>
        <text:h>Head</text:h>
        <text:p>One<text:s text:c="2"/>two<text:tab/>three<text:line-break/>four <text:span>five</text:span><text:note><text:note-citation>1</text:note-citation><text:note-body><text:p>a note</text:p></text:note-body></text:note></text:p>
        <table:table table:name="T"><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell><text:p>b</text:p><text:p>c</text:p></table:table-cell></table:table-row></table:table></office:text>`,
        [
          {
            name: 'meta.xml',
            content:
              '<m><dc:title>Letter</dc:title><meta:initial-creator>Ada</meta:initial-creator><meta:creation-date>2024-01-02T03:04:05.123456789</meta:creation-date></m>',
          },
        ],
      ),
    )
    assert.equal(document.text, 'Head\nOne  two\tthree\nfour fivea note\na\tb c')
    assert.equal(document.type, 'application/vnd.oasis.opendocument.text')
    assert.deepEqual(textsOf(document, 'heading'), ['Head'])
    assert.deepEqual(textsOf(document, 'table-row'), ['a\tb c'])
    assert.equal(document.subject, 'Letter')
    assert.deepEqual(document.participants, [{ role: 'author', name: 'Ada' }])
    assert.equal(document.dates.sent, Date.UTC(2024, 0, 2, 3, 4, 5))
  })

  it('reads the sheets of a spreadsheet and the slides of a presentation as pages', async () => {
    const cell = (text: string): string =>
      `<table:table-cell><text:p>${text}</text:p></table:table-cell>`
    const sheets = await parsed(
      anOdfFile(
        'spreadsheet',
        `<office:spreadsheet><table:table table:name="A"><table:table-row>${cell('1')}<table:table-cell table:number-columns-repeated="16000"/></table:table-row></table:table><table:table table:name="B"><table:table-row table:number-rows-repeated="1000000">${cell('2')}</table:table-row></table:table></office:spreadsheet>`,
      ),
    )
    assert.deepEqual(textsOf(sheets, 'page'), ['A\n1', 'B\n2'])
    const slides = await parsed(
      anOdfFile(
        'presentation',
        '<office:presentation><draw:page><text:p>one</text:p></draw:page><draw:page><text:p>two</text:p></draw:page></office:presentation>',
      ),
    )
    assert.deepEqual(textsOf(slides, 'page'), ['one', 'two'])
  })

  it('says encrypted of a locked one, broken of one without content', async () => {
    const locked = anOdfFile('text', 'noise', [
      { name: 'META-INF/manifest.xml', content: '<manifest:encryption-data/>' },
    ])
    assert.equal(await refusal(locked), 'encrypted')
    const fine = anOdfFile('text', '<text:p>x</text:p>')
    assert.equal(await refusal(fine.subarray(0, fine.length - 30)), 'broken')
  })

  it('refuses a bomb, endless nesting and too many slides; blanks without end are few', async () => {
    const bomb = anOdfFile('text', `<text:p>${'a'.repeat(60 * 1024 * 1024)}</text:p>`)
    assert.equal(await refusal(bomb), 'expansion')
    assert.equal(await refusal(anOdfFile('text', '<text:p>'.repeat(5000))), 'too-deep')
    const pages = anOdfFile('presentation', '<draw:page/><draw:page/>')
    assert.equal(await refusal(pages, {}, { pages: 1 }), 'too-many-pages')
    const blank = anOdfFile('text', '<text:p>a<text:s text:c="999999999"/>b</text:p>')
    assert.equal((await parsed(blank)).text.length, 102)
  })
})
