import type { Span } from '../../topology/model/document.ts'

/** A stretch that the markup itself calls a quote (`blockquote`), half-open, in UTF-16 units. May nest. */
export interface QuotedRange {
  readonly start: number
  readonly end: number
}

/** What one line is; `quote` depth is kept apart. */
type Label = 'body' | 'signature' | 'disclaimer'

/** Only so much of a line is looked at, so that no line costs more than its length. */
const LOOK = 200
/** A signature ends after so many lines. */
const SIGNATURE_LINES = 20
/** "Original message" blocks inside each other that are told apart. */
const MOST_BLOCKS = 8
/** First characters of lines that may open a block. */
const MAY_OPEN_BLOCK = new Uint8Array(128)
for (const character of '-_BbAa FVDf*') MAY_OPEN_BLOCK[character.charCodeAt(0)] = 1
/** A list footer is no longer than this. */
const FOOTER_LINES = 15

const FORWARD =
  /^[\s>]*(?:-{3,}\s*(?:forwarded (?:message|by)|weitergeleitete nachricht|message transféré|mensaje reenviado|doorgestuurd bericht|messaggio inoltrato)|begin forwarded message:|anfang der weitergeleiteten)/i
const REPLIED =
  /^\s*(?:-{2,}\s*(?:original[- ]message|original appointment|urspr(?:ü|u|ue)ngliche (?:nachricht|mitteilung)|message d'origine|mensaje original|messaggio originale|oorspronkelijk bericht)|_{10,}\s*from:)/i
/** The header lines that Outlook puts above what it quotes. */
const HEADER_BLOCK =
  /^\*?(?:From|Von|De|Da|Van|Från)\s?:\*?[^\n]+\n(?:[^\n]*\n){0,3}?\*?(?:Sent|Date|Gesendet|Datum|Envoyé|Enviado|Inviato|Verzonden|Skickat)\s?:/i
const ATTRIBUTION =
  /(?:\b(?:wrote|writes|said|schrieb|escribió|escreveu|ha scritto|schreef|skrev|napisał|a écrit)\b[^\n]{0,60}:?|:)\s*$/i
const LIST_FOOTER =
  /mailing[- ]?list|unsubscribe|listinfo|sponsored by|list archive|yahoo! groups|do you yahoo/i
const NOTICE_START =
  /^\W{0,5}(?:this (?:e-?mail|message|communication|transmission|electronic)|the information (?:contained|transmitted|in this)|confidentiality|disclaimer\b|important notice|notice:|privileged|diese e-?mail|ce (?:message|courriel)|este (?:correo|mensaje|e-?mail)|questo messaggio|dit bericht|deze e-?mail)/i
const NOTICE_WORDS =
  /confiden|privileg|intended (?:only|solely|recipient|for)|vertraulich|riservat|vertrouwelijk|virus/i

/**
 * Marks the lines of a message: `body`, `quote` (nested by depth), `signature`, `disclaimer` (legal notices and footers
 * that list servers add) and `forward`. Nothing is removed; blank lines between stretches stay unmarked. One pass over
 * the lines, a bounded look at each.
 */
export const markLines = (text: string, quoted: readonly QuotedRange[]): Span[] => {
  const spans: Span[] = []
  const lines = new LineMarker(text, quoted, spans)
  let start = 0
  while (start <= text.length) {
    const found = text.indexOf('\n', start)
    const end = found === -1 ? text.length : found
    lines.take(start, end)
    start = end + 1
  }
  lines.finish()
  return spans
}

/**
 * State: the open quotes (a stack of starts), the open stretch of own text (label and start), how deep forwards and
 * "original message" blocks have led (`base`), and what a signature or footer still waits for. `lastEnd` is the end of the
 * last line with ink; every span ends there.
 */
class LineMarker {
  readonly #text: string
  readonly #spans: Span[]
  readonly #ranges: RangeDepth
  readonly #quotes: number[] = []
  readonly #forwards: number[] = []
  #label: Label | undefined
  #labelStart = 0
  #lastEnd = 0
  #base = 0
  #tailLines = 0
  #tail: Label | undefined
  #afterBlank = true
  #lastLineStart = -1
  #openedAt = -Infinity

  constructor(text: string, quoted: readonly QuotedRange[], spans: Span[]) {
    this.#text = text
    this.#spans = spans
    this.#ranges = new RangeDepth(quoted)
  }

  take(start: number, end: number): void {
    const marks = quoteMarks(this.#text, start, Math.min(end, start + LOOK))
    const depth = marks.depth + this.#ranges.at(start)
    if (marks.ink >= end) {
      if (depth === 0 && this.#tail === 'disclaimer' && this.#tailLines === 0)
        this.#tail = undefined
      this.#afterBlank = true
      return
    }
    const look = this.#text.slice(start, Math.min(end, start + LOOK))
    if (depth === 0) this.#openBlocks(look, start)
    const label = depth === 0 ? this.#labelOf(look, end) : 'body'
    if (depth > 0) this.#tail = undefined
    const before = this.#lastLineStart
    this.#place(label, depth + this.#base, depth > 0, start, before)
    this.#lastEnd = end
    this.#lastLineStart = start
    this.#afterBlank = false
  }

  finish(): void {
    this.#closeLabel()
    this.#closeQuotes(0)
    for (const start of this.#forwards)
      this.#spans.push({ kind: 'forward', start, end: this.#lastEnd, depth: 0 })
    this.#spans.sort((a, b) => a.start - b.start || b.end - a.end || a.depth - b.depth)
  }

  /** A forward marker, an "original message" line or header lines: everything after them belongs to somebody else. */
  #openBlocks(look: string, start: number): void {
    const first = look.charCodeAt(0)
    if (MAY_OPEN_BLOCK[first & 127] !== 1) return
    if (FORWARD.test(look) && this.#forwards.length === 0) {
      this.#leaveOwnText(start)
      this.#forwards.push(start)
    } else if (this.#base < MOST_BLOCKS && (REPLIED.test(look) || this.#isHeaderBlock(start))) {
      this.#leaveOwnText(start)
      this.#base += 1
    }
  }

  /** Right after another opening, the header lines belong to that. */
  #isHeaderBlock(start: number): boolean {
    return (
      this.#afterBlank &&
      start - this.#openedAt > LOOK &&
      HEADER_BLOCK.test(this.#text.slice(start, start + 600))
    )
  }

  #leaveOwnText(start: number): void {
    this.#closeLabel()
    this.#tail = undefined
    this.#openedAt = start
  }

  #labelOf(look: string, end: number): Label {
    const trimmed = look.trimEnd()
    if (this.#tail === 'signature' && this.#tailLines > 0) {
      this.#tailLines -= 1
      if (!isRule(trimmed)) return 'signature'
    }
    if (trimmed === '--') {
      this.#tail = 'signature'
      this.#tailLines = SIGNATURE_LINES
      return 'signature'
    }
    if (this.#tail === 'disclaimer') return this.#inDisclaimer()
    if (isRule(trimmed) && this.#isFooter(end)) {
      this.#tail = 'disclaimer'
      this.#tailLines = FOOTER_LINES
      return 'disclaimer'
    }
    if (this.#afterBlank && NOTICE_START.test(look) && this.#isNotice(end - look.length)) {
      this.#tail = 'disclaimer'
      this.#tailLines = 0
      return 'disclaimer'
    }
    return 'body'
  }

  #inDisclaimer(): Label {
    if (this.#tailLines > 0) {
      this.#tailLines -= 1
      if (this.#tailLines === 0) this.#tail = undefined
    }
    return 'disclaimer'
  }

  #isFooter(end: number): boolean {
    return LIST_FOOTER.test(this.#text.slice(end, end + 600))
  }

  #isNotice(start: number): boolean {
    return NOTICE_WORDS.test(this.#text.slice(start, start + 800))
  }

  #place(label: Label, depth: number, marked: boolean, start: number, before: number): void {
    if (depth > this.#quotes.length) {
      const from = marked && depth > 0 && this.#isAttribution(before) ? before : start
      if (from < start) this.#cutLabel(from)
      else this.#closeLabel()
      while (this.#quotes.length < depth) this.#quotes.push(from)
    } else if (depth < this.#quotes.length) {
      this.#closeQuotes(depth)
    }
    if (depth > this.#base && marked) return
    if (depth > 0 && label === 'body') return
    if (this.#label !== label) {
      this.#closeLabel()
      this.#label = label
      this.#labelStart = start
    }
  }

  #isAttribution(before: number): boolean {
    if (before === -1 || this.#label !== 'body') return false
    return ATTRIBUTION.test(this.#text.slice(Math.max(before, this.#lastEnd - LOOK), this.#lastEnd))
  }

  /** Ends the open label before `position`, the start of the attribution line that goes to the quote. */
  #cutLabel(position: number): void {
    const end = this.#lastEnd
    let cut = position
    while (cut > this.#labelStart && this.#text.charCodeAt(cut - 1) <= 32) cut -= 1
    this.#lastEnd = cut
    this.#closeLabel()
    this.#lastEnd = end
  }

  #closeLabel(): void {
    if (this.#label !== undefined && this.#lastEnd > this.#labelStart) {
      const depth = this.#base
      this.#spans.push({ kind: this.#label, start: this.#labelStart, end: this.#lastEnd, depth })
    }
    this.#label = undefined
  }

  #closeQuotes(depth: number): void {
    while (this.#quotes.length > depth) {
      const start = this.#quotes.pop() ?? 0
      const level = this.#quotes.length + 1
      if (this.#lastEnd > start)
        this.#spans.push({ kind: 'quote', start, end: this.#lastEnd, depth: level })
    }
  }
}

/** A line of ten or more `_`, `-`, `=` or `*`. */
const isRule = (line: string): boolean => /^\s{0,3}([_=*-])\1{9,}[\s>~|-]*$/.test(line)

/** The number of `>` at the start of a line, and where its ink starts. */
const quoteMarks = (text: string, start: number, end: number): { depth: number; ink: number } => {
  let depth = 0
  let index = start
  let spaces = 0
  for (; index < end; index += 1) {
    const code = text.charCodeAt(index)
    if (code === 62 && (depth > 0 || spaces <= 3)) depth += 1
    else if (code === 32 || code === 9) spaces += 1
    else break
  }
  return { depth: Math.min(depth, 50), ink: index }
}

/** How many ranges cover a position, for positions that only grow. */
class RangeDepth {
  readonly #starts: readonly number[]
  readonly #ends: readonly number[]
  #opened = 0
  #closed = 0

  constructor(ranges: readonly QuotedRange[]) {
    this.#starts = ranges.map((range) => range.start).sort((a, b) => a - b)
    this.#ends = ranges.map((range) => range.end).sort((a, b) => a - b)
  }

  at(position: number): number {
    while ((this.#starts[this.#opened] ?? Infinity) <= position) this.#opened += 1
    while ((this.#ends[this.#closed] ?? Infinity) <= position) this.#closed += 1
    return Math.min(this.#opened - this.#closed, 50)
  }
}
