import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed } from '../a-mail.ts'
import { anOoxmlFile } from './an-office-file.ts'

const paragraph = (text: string): string => `<w:p><w:r><w:t>${text}</w:t></w:r></w:p>`

describe('parse: DOCX', () => {
  it('reads diagrams and the words of charts behind the text, before notes', async () => {
    const document = await parsed(
      anOoxmlFile({
        'word/document.xml': `<w:document>${paragraph('Who is who')}</w:document>`,
        'word/footnotes.xml': `<w:footnotes>${paragraph('as of May')}</w:footnotes>`,
        'word/diagrams/data1.xml':
          '<dgm:pt><dgm:t><a:p><a:r><a:t>Ada</a:t></a:r></a:p></dgm:t></dgm:pt>',
        'word/diagrams/drawing1.xml':
          '<dsp:txBody><a:p><a:r><a:t>Ada</a:t></a:r></a:p></dsp:txBody>',
        'word/charts/chart1.xml': '<c:title><a:p><a:r><a:t>Calls</a:t></a:r></a:p></c:title>',
      }),
    )
    assert.equal(document.text, 'Who is who\nAda\nCalls\nas of May')
  })
})
