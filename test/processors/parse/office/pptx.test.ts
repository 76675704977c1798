import { describe, it } from 'mocha'
import assert from 'node:assert/strict'
import { parsed, refusal, textsOf } from '../a-mail.ts'
import { anOoxmlFile, relations } from './an-office-file.ts'

const paragraph = (text: string): string => `<a:p><a:r><a:t>${text}</a:t></a:r></a:p>`
const shape = (text: string, type = 'body'): string =>
  `<p:sp><p:nvPr><p:ph type="${type}"/></p:nvPr><p:txBody>${paragraph(text)}</p:txBody></p:sp>`

const aPresentation = (
  slides: readonly string[],
  more: Readonly<Record<string, string>> = {},
): Buffer =>
  anOoxmlFile({
    'ppt/presentation.xml': `<p:presentation><p:sldIdLst>${slides
      .map((_, index) => `<p:sldId id="${index}" r:id="r${index}"/>`)
      .join('')}</p:sldIdLst></p:presentation>`,
    'ppt/_rels/presentation.xml.rels': relations(
      Object.fromEntries(
        slides.map((_, index) => [
          `r${index}`,
          ['slide', `slides/slide${slides.length - index}.xml`] as const,
        ]),
      ),
    ),
    ...Object.fromEntries(
      slides.map((xml, index) => [
        `ppt/slides/slide${slides.length - index}.xml`,
        `<p:sld>${xml}</p:sld>`,
      ]),
    ),
    ...more,
  })

describe('parse: PPTX', () => {
  it('reads slides in the order in which they are shown, titles as headings, with diagrams and notes', async () => {
    const document = await parsed(
      aPresentation(
        [
          shape('Plan', 'title') + shape('first &amp; only') + shape('7', 'sldNum'),
          '<a:tbl><a:tr><a:tc><a:txBody><a:p><a:r><a:t>a</a:t></a:r></a:p></a:txBody></a:tc><a:tc><a:p><a:r><a:t>b</a:t></a:r></a:p></a:tc></a:tr></a:tbl>',
        ],
        {
          'ppt/slides/_rels/slide2.xml.rels': relations({
            n: ['notesSlide', '../notesSlides/n1.xml'],
            d: ['diagramData', '../diagrams/data1.xml'],
            self: ['notesSlide', 'slide2.xml'],
          }),
          'ppt/notesSlides/n1.xml': `<p:notes>${shape('say this')}${shape('2', 'sldNum')}</p:notes>`,
          'ppt/diagrams/data1.xml': `<dgm:pt><dgm:t>${paragraph('boxes')}</dgm:t></dgm:pt>`,
        },
      ),
    )
    assert.equal(document.text, 'Plan\nfirst & only\nboxes\nsay this\na\tb')
    assert.deepEqual(textsOf(document, 'page'), ['Plan\nfirst & only\nboxes\nsay this', 'a\tb'])
    assert.deepEqual(textsOf(document, 'heading'), ['Plan'])
    assert.deepEqual(textsOf(document, 'table-row'), ['a\tb'])
  })

  it('reads the titles of charts, and the names of their series and categories once', async () => {
    const names = (...all: string[]): string =>
      `<c:strRef><c:f>A1</c:f><c:strCache>${all.map((name) => `<c:pt><c:v>${name}</c:v></c:pt>`).join('')}</c:strCache></c:strRef>`
    const series = (name: string): string =>
      `<c:ser><c:tx>${names(name)}</c:tx><c:cat>${names('Ada', 'Bob')}</c:cat><c:val><c:numCache><c:pt><c:v>4.3</c:v></c:pt></c:numCache></c:val></c:ser>`
    const document = await parsed(
      aPresentation([shape('Plan', 'title')], {
        'ppt/slides/_rels/slide1.xml.rels': relations({ c: ['chart', '../charts/chart1.xml'] }),
        'ppt/charts/chart1.xml': `<c:chart><c:title>${paragraph('Calls')}</c:title>${series('2023')}${series('2024')}</c:chart>`,
      }),
    )
    assert.equal(document.text, 'Plan\nCalls\n2023\nAda\nBob\n2024')
    assert.deepEqual(textsOf(document, 'page'), [document.text])
  })

  it('reads a slide once that is shown again and again, and ends at too many', async () => {
    const again = anOoxmlFile({
      'ppt/presentation.xml': `<p>${'<p:sldId r:id="r"/>'.repeat(4000)}</p>`,
      'ppt/_rels/presentation.xml.rels': relations({ r: ['slide', 'slides/s.xml'] }),
      'ppt/slides/s.xml': shape('once'),
    })
    assert.equal((await parsed(again)).text, 'once')
    assert.equal(await refusal(aPresentation(['', '']), {}, { pages: 1 }), 'too-many-pages')
  })

  it('refuses a bomb, endless nesting and a truncated file', async () => {
    const bomb = aPresentation([shape('a'.repeat(60 * 1024 * 1024))])
    assert.equal(await refusal(bomb), 'expansion')
    assert.equal(await refusal(aPresentation(['<x>'.repeat(5000)])), 'too-deep')
    const fine = aPresentation([shape('x')])
    assert.equal(await refusal(fine.subarray(0, fine.length - 40)), 'broken')
  })
})
