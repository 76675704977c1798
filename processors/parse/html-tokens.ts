import { DecodingMode, EntityDecoder, htmlDecodeTree } from 'entities/decode'
import { QuoteType, type Parser } from 'htmlparser2'
import {
  behindBlanks,
  behindComment,
  behindEndTag,
  DOUBLE,
  endOfAttributeName,
  endOfName,
  endOfQuoted,
  endOfTextOnly,
  endOfUnquoted,
  EQUALS,
  GT,
  isBlank,
  isLetter,
  SINGLE,
  SLASH,
  textOnlyName,
} from './html-syntax.ts'

/** The attributes that are told; all others are passed over unread. */
const TOLD: ReadonlySet<string> = new Set(['class', 'id', 'style', 'hidden'])
const LONGEST_TOLD = 6

/**
 * Tells a `Parser` of htmlparser2 what its own tokenizer would tell it of a whole HTML document, from places that are searched for
 * instead of characters that are looked at one by one, and without what nobody asks for: comments, declarations, and most attributes.
 * Which elements end others stays with the parser. Every search goes on where the last one ended, so it is linear.
 *
 * It differs in what is cut off inside a tag at the very end, of which nothing is shown here.
 */
export class HtmlTokens {
  running = true
  readonly #events: Parser
  readonly #entities: EntityDecoder
  #html = ''
  /** The next ampersand and the next `>` from a place that was asked for; both only grow. */
  #ampersand = -1
  #close = -1
  /** Start of what was not told yet, of text or of a value. */
  #section = 0
  #entityStart = 0
  #inValue = false

  constructor(_options: unknown, events: Parser) {
    this.#events = events
    this.#entities = new EntityDecoder(htmlDecodeTree, (point, taken) => {
      this.#tellEntity(point, taken)
    })
  }

  /** The whole document at once. */
  write(html: string): void {
    if (this.#html !== '') throw new Error('HtmlTokens takes a document as a whole')
    this.#html = html
    let at = 0
    while (at < html.length && this.running) at = this.#text(at)
  }

  end(): void {
    if (this.running) this.#events.onend()
  }

  pause(): void {
    this.running = false
  }

  resume(): void {
    this.running = true
  }

  reset(): void {
    this.#html = ''
    this.#ampersand = -1
    this.#close = -1
    this.running = true
  }

  /** Text from `start` on, and the markup behind it. Gives the place behind that. */
  #text(start: number): number {
    const html = this.#html
    let section = start
    let from = start
    for (;;) {
      const found = html.indexOf('<', from)
      const end = found === -1 ? html.length : found
      this.#tellText(section, from, end)
      if (found === -1) return end
      const code = html.charCodeAt(end + 1)
      if (isLetter(code)) return this.#openTag(end + 1)
      if (code === SLASH) return this.#closeTag(end)
      if (code === 33) return this.#declaration(end + 2)
      if (code === 63) return this.#behindClose(end + 2)
      // Nothing but a sign of text.
      section = end
      from = end + 1
    }
  }

  #tellText(section: number, from: number, end: number): void {
    this.#section = section
    if (this.#nextAmpersand(from) < end) this.#decode(from, end, DecodingMode.Legacy)
    if (end > this.#section) this.#events.ontext(this.#section, end)
  }

  /** Tells the entities between two places, and what stands before each. */
  #decode(from: number, end: number, mode: DecodingMode): void {
    const html = this.#html
    this.#inValue = mode === DecodingMode.Attribute
    for (let at = this.#nextAmpersand(from); at < end;) {
      this.#entityStart = at
      this.#entities.startEntity(mode)
      const taken = this.#entities.write(html, at + 1)
      if (taken < 0) this.#entities.end()
      at = this.#nextAmpersand(Math.max(at + 1, this.#section))
    }
  }

  #tellEntity(point: number, taken: number): void {
    const start = this.#entityStart
    const before = this.#section
    this.#section = start + taken
    if (this.#inValue) {
      if (before < start) this.#events.onattribdata(before, start)
      this.#events.onattribentity(point)
    } else {
      if (before < start) this.#events.ontext(before, start)
      this.#events.ontextentity(point, this.#section)
    }
  }

  #nextAmpersand(from: number): number {
    if (this.#ampersand < from) this.#ampersand = this.#find('&', from)
    return this.#ampersand
  }

  #find(what: string, from: number): number {
    const found = this.#html.indexOf(what, from)
    return found === -1 ? Infinity : found
  }

  /** The place behind the next `>`. */
  #behindClose(from: number): number {
    if (this.#close < from) this.#close = this.#find('>', from)
    return this.#close === Infinity ? this.#html.length : this.#close + 1
  }

  #closeTag(start: number): number {
    const html = this.#html
    const first = html.charCodeAt(start + 2)
    if (first === GT) return start + 3
    if (start + 2 === html.length) {
      this.#events.ontext(start, html.length)
      return html.length
    }
    if (!isLetter(first)) return this.#behindClose(start + 3)
    const end = endOfName(html, start + 2)
    if (end === html.length) return end
    this.#events.onclosetag(start + 2, end)
    return behindEndTag(html, end)
  }

  /** What begins with `<!`. */
  #declaration(at: number): number {
    const html = this.#html
    if (html.startsWith('--', at)) return behindComment(html, at + 2)
    if (!html.startsWith('[CDATA[', at) || !this.#events.isInForeignContext())
      return this.#behindClose(at)
    const end = html.indexOf(']]>', at + 7)
    if (end === -1) return html.length
    this.#events.oncdata(at + 7, end + 2, 2)
    return end + 3
  }

  #openTag(start: number): number {
    const html = this.#html
    const events = this.#events
    const end = endOfName(html, start)
    if (end === html.length) return end
    const special = events.isInForeignContext() ? undefined : textOnlyName(html, start, end)
    events.onopentagname(start, end)
    let at = end
    let slashed = false
    while (at < html.length) {
      const code = html.charCodeAt(at)
      if (code === GT) {
        if (slashed) events.onselfclosingtag(at)
        else events.onopentagend(at)
        return special === undefined ? at + 1 : this.#bare(special, at + 1)
      }
      if (code === SLASH || isBlank(code)) {
        slashed ||= code === SLASH
        at += 1
      } else {
        slashed = false
        at = this.#attribute(at)
      }
    }
    return at
  }

  /** The text of an element that holds no elements, and its end tag. */
  #bare(name: string, start: number): number {
    const html = this.#html
    const end = endOfTextOnly(html, name, start)
    const stop = end === -1 ? html.length : end
    if (name === 'title' || name === 'textarea') this.#tellText(start, start, stop)
    else if (stop > start) this.#events.ontext(start, stop)
    if (end === -1) return stop
    this.#events.onclosetag(end + 2, end + 2 + name.length)
    return behindEndTag(html, end + 2 + name.length)
  }

  /** An attribute that begins at `start`. Gives the place behind it. */
  #attribute(start: number): number {
    const html = this.#html
    const end = endOfAttributeName(html, start)
    const at = behindBlanks(html, end)
    const told = end - start <= LONGEST_TOLD && TOLD.has(html.slice(start, end).toLowerCase())
    if (told && at < html.length) this.#events.onattribname(start, end)
    if (html.charCodeAt(at) !== EQUALS) {
      if (told && at < html.length) this.#events.onattribend(QuoteType.NoValue, end)
      return at
    }
    return this.#value(behindBlanks(html, at + 1), told)
  }

  #value(start: number, told: boolean): number {
    const html = this.#html
    const quote = html.charCodeAt(start)
    if (quote !== DOUBLE && quote !== SINGLE) return this.#unquoted(start, told)
    const end = endOfQuoted(html, start)
    if (end === -1) return html.length
    if (told) this.#tellValue(start + 1, end, QuoteType.Double)
    return end + 1
  }

  #unquoted(start: number, told: boolean): number {
    const end = endOfUnquoted(this.#html, start)
    if (told && end < this.#html.length) this.#tellValue(start, end, QuoteType.Unquoted)
    return end
  }

  #tellValue(start: number, end: number, quote: QuoteType): void {
    this.#section = start
    if (this.#nextAmpersand(start) < end) this.#decode(start, end, DecodingMode.Attribute)
    this.#events.onattribdata(this.#section, end)
    this.#events.onattribend(quote, end)
  }
}
