import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { startPdfium } from '../../../processors/parse/pdfium.ts'
import { sharedPdfium } from '../../../processors/parse/shared-pdfium.ts'
import { aMultipart, aParser, parsing } from './a-mail.ts'
import { aPdf } from './a-pdf.ts'

describe('parse: a PDF', () => {
  it('gives its pages with their numbers', async () => {
    const outcome = await parsing(aPdf(['First page', 'Second page']))
    assert.equal(outcome.kind === 'parsed' && outcome.document.text, 'First page\n\nSecond page')
    assert.deepEqual(
      outcome.kind === 'parsed' && outcome.document.spans.map(({ kind, path }) => [kind, path]),
      [
        ['page', '1'],
        ['page', '2'],
      ],
    )
  })

  it('is read inside a mail too', async () => {
    const pdf = Buffer.from(aPdf(['Attached words'])).toString('base64')
    const outcome = await parsing(
      aMultipart('mixed', [
        'Content-Type: text/plain\n\nSee the file.',
        `Content-Type: application/pdf; name=a.pdf\nContent-Transfer-Encoding: base64\n\n${pdf}`,
        'Content-Type: text/plain\nContent-Disposition: attachment; filename=b.txt\n\nlast',
      ]),
    )
    assert.equal(
      outcome.kind === 'parsed' && outcome.document.text,
      'See the file.\n\nAttached words\n\nlast',
    )
  })

  it('costs no memory that is not given back', async () => {
    const pdfium = await startPdfium()
    const pages = Array.from({ length: 200 }, (_, page) => `word${page} `.repeat(300).trim())
    const bytes = Buffer.from(aPdf(pages))
    const readAll = (): void => {
      const file = pdfium.open(bytes)
      assert.ok(typeof file === 'object')
      for (let page = 0; page < file.pages; page += 1)
        assert.equal(file.textOf(page, 100_000), pages[page])
      file.close()
    }
    readAll()
    const before = pdfium.memory()
    for (let round = 0; round < 9; round += 1) readAll()
    assert.equal(pdfium.memory(), before)
  })

  it('gives PDFium up after many files that needed none, and starts it for the next', async () => {
    const parse = await aParser()
    const first = await sharedPdfium.use()
    for (let file = 0; file < 500; file += 1) await parse({ content: Buffer.from('no PDF') })
    assert.equal((await parsing(aPdf(['Later words']))).kind, 'parsed')
    assert.notEqual(await sharedPdfium.use(), first)
  })

  it('leaves nothing behind that would hold a PDFium that was given up', async () => {
    const before = Reflect.ownKeys(globalThis)
    await startPdfium()
    assert.deepEqual(Reflect.ownKeys(globalThis), before)
  })
})
