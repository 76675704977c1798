import { Parser, type Tokenizer } from 'htmlparser2'
import type { Span } from '../../topology/model/document.ts'
import { withoutNuls } from '../formats/charset.ts'
import { HiddenElements } from './hidden-elements.ts'
import { HtmlTokens } from './html-tokens.ts'
import type { QuotedRange } from './mark-lines.ts'

/** HTML as a person would read it. */
export interface HtmlText {
  readonly text: string
  readonly title?: string
  /** Stretches inside `blockquote` and the quote containers of mailers. */
  readonly quotes: readonly QuotedRange[]
  /** `heading` and `table-row` spans (rows of two or more cells, cells joined by a tab). */
  readonly spans: readonly Span[]
  /** Elements were nested beyond the limit; the text ends there. */
  readonly cut: boolean
}

/** Line breaks around an element: 1 starts a new line, 2 leaves a blank line. */
const BREAKS: ReadonlyMap<string, 1 | 2> = new Map([
  ...['p', 'ul', 'ol', 'dl', 'table', 'blockquote', 'pre', 'hr', 'fieldset', 'figure'].map(
    (name) => [name, 2] as const,
  ),
  ...['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].map((name) => [name, 2] as const),
  ...['div', 'section', 'article', 'header', 'footer', 'main', 'nav', 'aside', 'address'].map(
    (name) => [name, 1] as const,
  ),
  ...['li', 'dt', 'dd', 'tr', 'caption', 'form', 'center', 'body', 'option', 'legend'].map(
    (name) => [name, 1] as const,
  ),
])

const HEADINGS = new Set(['h1', 'h2', 'h3', 'h4', 'h5', 'h6'])
/** Containers in which mailers put what they quote. */
const QUOTE_MARK = /\bgmail_quote\b|\bmoz-cite\b|\byahoo_quoted\b|\bprotonmail_quote\b/
/** Elements after which Outlook and Apple put what they quote, to the end of the mail. */
const QUOTE_START = /\bdivRplyFwdMsg\b|\bappendonsend\b|\bOLK_SRC_BODY_SECTION\b/
/** What the parser does with its tokenizer is what ours can; the type also holds what only the library's own can know. */
const TOKENS = HtmlTokens as unknown as typeof Tokenizer

/**
 * Turns HTML into text in one pass without a tree: block elements become lines, table rows become lines with tabs, hidden
 * elements, scripts and styles go away, entities are decoded. More than `maximumDepth` open elements end the reading.
 */
export const htmlToText = (html: string, maximumDepth: number): HtmlText => {
  const writer = new HtmlWriter(maximumDepth)
  const parser = new Parser(writer, { Tokenizer: TOKENS })
  parser.write(html)
  if (!writer.cut) parser.end()
  return writer.finish()
}

interface Row {
  readonly depth: number
  start: number
  cells: number
  multiline: boolean
}

/** State: what is open (`depth`, what is hidden, quotes, rows) and what is owed before the next text (breaks, space, tab). */
class HtmlWriter {
  cut = false
  readonly #maximumDepth: number
  readonly #hidden = new HiddenElements()
  #parser: Pick<Parser, 'pause' | 'isInForeignContext'> | undefined
  readonly #quotes: QuotedRange[] = []
  readonly #spans: Span[] = []
  readonly #openQuotes: { depth: number; start: number }[] = []
  readonly #rows: Row[] = []
  /** The text so far, in pieces: asking a growing string for its end would copy it each time. */
  readonly #pieces: string[] = []
  #length = 0
  #endsBlank = true
  /** A quote or a row was opened that has no start yet. */
  #startsOwed = false
  #title = ''
  #depth = 0
  #titleFrom = 0
  #preFrom = 0
  #headingFrom = -1
  #breaks = 0
  #space = false
  #tab = false
  #bullet = false

  constructor(maximumDepth: number) {
    this.#maximumDepth = maximumDepth
  }

  onparserinit(parser: Pick<Parser, 'pause' | 'isInForeignContext'>): void {
    this.#parser = parser
  }

  onopentag(name: string, attributes: Readonly<Record<string, string>>): void {
    this.#depth += 1
    if (this.#depth > this.#maximumDepth) this.#stop()
    this.#hidden.open(name, attributes, this.#parser?.isInForeignContext() === true)
    if (this.cut || this.#hidden.gone) return
    if (name === 'br') this.#break(this.#breaks >= 1 && this.#length > 0 ? 2 : 1)
    const breaks = BREAKS.get(name)
    if (breaks !== undefined) this.#break(breaks)
    this.#open(name, attributes)
  }

  #stop(): void {
    this.cut = true
    this.#parser?.pause()
  }

  #open(name: string, attributes: Readonly<Record<string, string>>): void {
    if (name === 'title' && this.#titleFrom === 0) this.#titleFrom = this.#depth
    else if (name === 'pre' && this.#preFrom === 0) this.#preFrom = this.#depth
    else if (name === 'li') this.#bullet = true
    else if (name === 'tr') this.#openRow()
    else if (name === 'td' || name === 'th') this.#openCell()
    else if (HEADINGS.has(name)) this.#headingFrom = -2
    const marks = marksOf(attributes)
    if (name === 'blockquote' || QUOTE_MARK.test(marks)) this.#openQuote(this.#depth)
    else if (this.#openQuotes[0]?.depth !== 0 && QUOTE_START.test(marks)) this.#openQuote(0)
  }

  /** Depth 0 stays open to the end of the text. */
  #openQuote(depth: number): void {
    const quote = { depth, start: -1 }
    if (depth === 0) this.#openQuotes.unshift(quote)
    else this.#openQuotes.push(quote)
    this.#startsOwed = true
  }

  #openRow(): void {
    this.#rows.push({ depth: this.#depth, start: -1, cells: 0, multiline: false })
    this.#startsOwed = true
  }

  #openCell(): void {
    const row = this.#rows.at(-1)
    if (row === undefined) return
    row.cells += 1
    if (row.cells > 1) this.#tab = true
    this.#space = false
  }

  onclosetag(name: string, implied: boolean): void {
    const depth = this.#depth
    this.#depth -= 1
    const { gone } = this.#hidden
    this.#hidden.close(name, implied)
    if (this.cut || gone) return
    if (depth === this.#titleFrom) this.#titleFrom = -1
    if (depth === this.#preFrom) this.#preFrom = 0
    if (this.#openQuotes.at(-1)?.depth === depth) this.#closeQuote()
    if (this.#rows.at(-1)?.depth === depth) this.#closeRow()
    else if (name === 'li') this.#bullet = false
    if (HEADINGS.has(name)) this.#closeHeading()
    const breaks = BREAKS.get(name)
    if (breaks !== undefined) this.#break(breaks)
  }

  #closeQuote(): void {
    const quote = this.#openQuotes.pop()
    if (quote !== undefined && quote.start >= 0)
      this.#quotes.push({ start: quote.start, end: this.#length })
  }

  #closeRow(): void {
    const row = this.#rows.pop()
    this.#tab = false
    if (row === undefined || row.start < 0 || row.cells < 2 || row.multiline) return
    this.#spans.push({ kind: 'table-row', start: row.start, end: this.#length, depth: 0 })
  }

  #closeHeading(): void {
    if (this.#headingFrom >= 0)
      this.#spans.push({
        kind: 'heading',
        start: this.#headingFrom,
        end: this.#length,
        depth: 0,
      })
    this.#headingFrom = -1
  }

  ontext(raw: string): void {
    if (this.#hidden.gone || this.cut) return
    const data = withoutNuls(raw)
    if (this.#titleFrom > 0) {
      if (this.#title.length < 1000) this.#title += data
      return
    }
    if (this.#hidden.invisible) return
    if (this.#preFrom > 0) {
      this.#write(data.replace(/\r\n?/g, '\n'))
      return
    }
    const start = endOfBlanks(data)
    if (start > 0) this.#space = true
    if (start === data.length) return
    const ends = isBlank(data.charCodeAt(data.length - 1))
    const words = data.slice(start, ends ? startOfBlanks(data) : undefined)
    this.#write(UNEVEN_BLANKS.test(words) ? words.replace(BLANKS, ' ') : words)
    this.#space = ends
  }

  /** Notes a break owed before the next text; breaks do not add up. */
  #break(lines: number): void {
    // A paragraph that opens a list item stays beside its bullet.
    if (this.#bullet) return
    this.#breaks = Math.max(this.#breaks, lines)
    this.#space = false
    this.#tab = false
    const row = this.#rows.at(-1)
    if (row !== undefined && row.start >= 0) row.multiline = true
  }

  #write(words: string): void {
    if (this.#length > 0) {
      if (this.#breaks > 0) this.#push(this.#breaks === 1 ? '\n' : '\n\n')
      else if (this.#tab) this.#push('\t')
      else if (this.#space && !this.#endsBlank) this.#push(' ')
    }
    this.#breaks = 0
    this.#space = false
    this.#tab = false
    const start = this.#length
    if (this.#headingFrom === -2) this.#headingFrom = start
    if (this.#startsOwed) this.#settleStarts(start)
    this.#push(this.#bullet ? `- ${words}` : words)
    this.#bullet = false
  }

  #push(piece: string): void {
    this.#pieces.push(piece)
    this.#length += piece.length
    const last = piece.charCodeAt(piece.length - 1)
    this.#endsBlank = last === 10 || last === 32
  }

  #settleStarts(start: number): void {
    for (const quote of this.#openQuotes) if (quote.start < 0) quote.start = start
    for (const row of this.#rows) if (row.start < 0) row.start = start
    this.#startsOwed = false
  }

  finish(): HtmlText {
    while (this.#openQuotes.length > 0) this.#closeQuote()
    const text = this.#pieces.join('').trimEnd()
    const title = this.#title.replace(/\s+/g, ' ').trim()
    return {
      text,
      quotes: this.#quotes,
      spans: this.#spans.filter((span) => span.end <= text.length),
      cut: this.cut,
      ...(title === '' ? {} : { title }),
    }
  }
}

/** What a mailer may have called an element. */
const marksOf = ({ class: names, id }: Readonly<Record<string, string>>): string =>
  names === undefined ? (id ?? '') : `${names} ${id ?? ''}`

/** Blanks of which a line shows one. */
const BLANKS = /[ \t\r\n\f\u00a0]+/g
const UNEVEN_BLANKS = /[\t\r\n\f\u00a0]| {2}/

const isBlank = (code: number): boolean =>
  code === 32 || code === 10 || code === 13 || code === 9 || code === 12 || code === 0xa0

/** How many blanks a text begins with. */
const endOfBlanks = (text: string): number => {
  let at = 0
  while (at < text.length && isBlank(text.charCodeAt(at))) at += 1
  return at
}

/** Where the blanks begin that a text ends with. */
const startOfBlanks = (text: string): number => {
  let at = text.length
  while (at > 0 && isBlank(text.charCodeAt(at - 1))) at -= 1
  return at
}
