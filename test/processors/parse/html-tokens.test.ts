import { deepEqual, equal } from 'node:assert/strict'
import fc from 'fast-check'
import { Parser, type ParserOptions, type Tokenizer } from 'htmlparser2'
import { HtmlTokens } from '../../../processors/parse/html-tokens.ts'

const OURS = { Tokenizer: HtmlTokens as unknown as typeof Tokenizer }
const TOLD = new Set(['class', 'id', 'style', 'hidden'])

/** What a parser tells of a document: of attributes those that ours tells, and text that follows text as one. */
const told = (html: string, options: ParserOptions): string[] => {
  const events: string[] = []
  const text = (data: string): void => {
    const last = events.at(-1)
    if (last?.startsWith('text ') === true) events[events.length - 1] = last + data
    else events.push(`text ${data}`)
  }
  const parser = new Parser(
    {
      ontext: text,
      onopentag: (name, attributes) => {
        const known = Object.entries(attributes).filter(([each]) => TOLD.has(each))
        events.push(`open ${name} ${JSON.stringify(known)}`)
      },
      onclosetag: (name) => events.push(`close ${name}`),
    },
    options,
  )
  parser.write(html)
  parser.end()
  return events
}

const PIECES =
  `< > </ /> " ' = & &amp; &lt &nbsp; &#65; &#x41 &notit; &acE; &am a p <p> </p> <br> <br/> <b> </b> <TITLE> </title> <textarea>
   </textarea> <script> </script> <style> </style> <svg> </svg> <math> <foreignObject> <![CDATA[ ]]> <!-- --> --!> <!--> ->
   <!doctype <!x <?php ?> <table> <tr> <td> </table> <li> <ul> </ul> <h1> </h1> class="a&amp;b" id=x&lt hidden <blockquote>
   <pre> </pre> <plaintext> <xmp> </xmp> <iframe> </iframe> <noframes> <a <option> <select> <form> </form> <image> ! - -- é
   <div <span style='x>y' href="/?a=1&b=2" <i/ />`.split(/\s+/)

const html = fc
  .array(fc.tuple(fc.constantFrom(...PIECES), fc.constantFrom('', '', ' ', '\n')), {
    maxLength: 20,
  })
  .map((pieces) => pieces.flat().join(''))

/** Where the library is known to be off: see the tests below. */
const isKnown = (text: string): boolean =>
  /<(?:title|textarea)[^>]*>.*<[/a-z]*&/is.test(text) ||
  /<[^<>]*$/.test(text) ||
  /<\/[a-z][^>]*[\s/][^>]*=/i.test(text) ||
  text.includes('<![CDATA[')

describe('the tokens of HTML', () => {
  it('are those of htmlparser2', () => {
    fc.assert(
      fc.property(html, (text) => {
        fc.pre(!isKnown(text))
        deepEqual(told(text, OURS), told(text, {}))
      }),
      { numRuns: 4000 },
    )
  })

  it('leave out what is cut off inside a tag, of which htmlparser2 sometimes shows a letter', () => {
    for (const cut of ['a<t', 'a<script', 'a<br /', 'a</b ', 'a<b class="x', 'a<!-- b'])
      deepEqual(told(cut, OURS)[0], 'text a', cut)
    deepEqual(told('a<t', {}), ['text at'])
  })

  it('have the entities of a title wherever they stand, which htmlparser2 leaves as they are after a <', () => {
    equal(told('<title><&amp;</title>', OURS)[1], 'text <&')
    equal(told('<title><&amp;</title>', {})[1], 'text <&amp;')
  })

  it('take CDATA for a comment outside of images and formulas, as browsers do', () => {
    deepEqual(told('a<![CDATA[ b<i>c', OURS), ['text ac'])
    deepEqual(told('a<![CDATA[ b<i>c', {}), ['text a'])
    const inside = '<svg><![CDATA[a<b>c]]></svg>d'
    deepEqual(told(inside, OURS), told(inside, {}))
  })

  it('take what stands in quotes for a value in an end tag too, where htmlparser2 ends it at the first >', () => {
    for (const tag of [
      `</a title='>'>`,
      `</a title = ">">`,
      `</a b c=d/e title=">" >`,
      `</a/x='>'/>`,
    ])
      deepEqual(told(`<a>b${tag}c`, OURS), ['open a []', 'text b', 'close a', 'text c'], tag)
    deepEqual(told(`<a>b</a title='>'>c`, {}).at(-1), `text '>c`)
    deepEqual(told(`<title>b</title x=">">c`, OURS).at(-1), 'text c')
  })

  it('take a quote for a value only behind an equals sign, in an end tag too', () => {
    for (const tag of [`</a '>`, `</a">`, `</a b=c'>`, `</a =">`])
      equal(told(`${tag}c' "d`, OURS).at(-1), `text c' "d`, tag)
  })

  it('end soon where the reader has enough', () => {
    let opened = 0
    const parser: Parser = new Parser(
      {
        onopentag: () => {
          opened += 1
          parser.pause()
        },
      },
      OURS,
    )
    parser.write('<b>'.repeat(1000))
    equal(opened, 1)
  })

  it('take time that grows with the length, whatever is left open', () => {
    const openings = [
      '<',
      '<!--',
      '<![CDATA[',
      '<title>',
      '<a b="',
      '&',
      '</',
      '<!-',
      '&#',
      '<a b=',
      '</a b="',
      '</a b=',
      '</a ',
    ]
    for (const opening of openings) {
      const before = process.cpuUsage()
      const parser = new Parser({ ontext: () => undefined }, OURS)
      parser.write(opening.repeat(200_000))
      parser.end()
      const { user, system } = process.cpuUsage(before)
      equal(user + system < 3e6, true, opening)
    }
  })
})
