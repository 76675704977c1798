import { TextDecoder } from 'node:util'
import type { Budget } from '../budget.ts'
import { charsetOf } from '../xml.ts'
import { decodeReferences } from './xml-references.ts'

/** What a reader is told. Elements come by the {@link nameCode} of their name without its prefix. */
export interface ElementHandlers {
  readonly open: (name: number) => void
  /** Closings are told as they stand: of damaged XML some may be missing, others have opened nothing. */
  readonly close: (name: number) => void
  /** Text while {@link ElementScanner.wantsText}, in any number of pieces. */
  readonly text: (text: string) => void
}

const MOST_CODED = 4

/** A name of up to four ASCII letters as a number; 0 for longer ones, which are nobody's here. */
export const nameCode = (name: string): number => codeOf(Buffer.from(name), 0, name.length)

const codeOf = (bytes: Buffer, start: number, end: number): number => {
  if (end - start > MOST_CODED) return 0
  let code = 0
  for (let at = start; at < end; at++) code = (code << 8) | bytes[at]!
  return code
}

const [LESS, GREATER, SLASH, COLON, QUOTE, APOSTROPHE, AMPERSAND, EQUALS] = [
  0x3c, 0x3e, 0x2f, 0x3a, 0x22, 0x27, 0x26, 0x3d,
] as const
const [EXCLAMATION, QUESTION, SEMICOLON, SPACE, NOT_ASCII] = [0x21, 0x3f, 0x3b, 0x20, 0x80] as const

/** A tag that is longer names nothing that is read here: it is passed over up to the next `>`. */
const LONGEST_TAG = 65_536
/** A reference to a character that is longer is none. */
const LONGEST_REFERENCE = 12

/** Scanned at once: V8 gives larger strings memory of their own, which costs more than it saves. */
const SCANNED_BYTES = 65_536

const CDATA = Buffer.from('<![CDATA[')
const COMMENT = Buffer.from('<!--')

/** Where what is no element ends. */
const ENDS = {
  comment: Buffer.from('-->'),
  cdata: Buffer.from(']]>'),
  instruction: Buffer.from('?>'),
  other: Buffer.from('>'),
} as const

/**
 * Reads the elements of XML from UTF-8 bytes that come in pieces, each byte once. Nothing becomes a string but what is asked for: text while it is
 * wanted, attributes by name while an element opens. Entities of a DTD are not expanded, damage is read over.
 */
export class ElementScanner {
  /** Set by the reader: text is told only while true. */
  wantsText = false
  readonly #handlers: ElementHandlers
  readonly #budget: Budget
  /** The piece, after what the one before left open, and the same bytes as a string. */
  #bytes: Buffer = Buffer.alloc(0)
  #latin1 = ''
  #inside: keyof typeof ENDS | undefined
  #depth = 0
  /** Where the attributes of the element that opens begin and end. */
  #attributesAt = 0
  #attributesEnd = 0

  constructor(handlers: ElementHandlers, budget: Budget) {
    this.#handlers = handlers
    this.#budget = budget
  }

  /** True where the XML ends inside an element, a tag or a comment. */
  get isCutOff(): boolean {
    return this.#depth > 0 || this.#bytes.length > 0 || this.#inside !== undefined
  }

  /** @throws ParseRefusal `expansion`, `too-deep`, and what the handlers throw */
  write(piece: Buffer): void {
    this.#budget.countXml(piece.length)
    this.#bytes = this.#bytes.length === 0 ? piece : Buffer.concat([this.#bytes, piece])
    this.#latin1 = this.#bytes.toString('latin1')
    let at = 0
    for (;;) {
      const next = this.#step(at)
      if (next === at) break
      at = next
    }
    this.#bytes = Buffer.from(this.#bytes.subarray(at))
  }

  /** The value of an attribute without a prefix of the element that opens, as it is written, in ASCII, or none. Only within `open`. */
  attribute(name: number): string | undefined {
    const bytes = this.#bytes
    const end = this.#attributesEnd
    let at = this.#attributesAt
    while (at < end) {
      while (at < end && bytes[at]! <= SPACE) at++
      const nameAt = at
      while (at < end && bytes[at]! > SPACE && bytes[at] !== EQUALS) at++
      const code = codeOf(bytes, nameAt, at)
      while (at < end && bytes[at]! <= SPACE) at++
      if (bytes[at] !== EQUALS) continue
      at++
      while (at < end && bytes[at]! <= SPACE) at++
      const quote = bytes[at]
      const quoted = quote === QUOTE || quote === APOSTROPHE
      const valueAt = quoted ? at + 1 : at
      at = valueAt
      while (at < end && (quoted ? bytes[at] !== quote : bytes[at]! > SPACE)) at++
      if (code === name) return this.#latin1.slice(valueAt, at)
      if (quoted) at++
    }
    return undefined
  }

  /** Reads one tag, text or the like. Returns where it ends, or `at` when more bytes are needed. */
  #step(at: number): number {
    if (at >= this.#bytes.length) return at
    if (this.#inside !== undefined) return this.#passOver(at, ENDS[this.#inside])
    if (this.#bytes[at] !== LESS) return this.#text(at)
    if (at + 1 === this.#bytes.length) return at
    const next = this.#bytes[at + 1]
    if (next === QUESTION) return this.#enter('instruction', at + 2)
    if (next === EXCLAMATION) return this.#declaration(at)
    return next === SLASH ? this.#closing(at) : this.#opening(at)
  }

  #enter(inside: keyof typeof ENDS, at: number): number {
    this.#inside = inside
    return at
  }

  #declaration(at: number): number {
    const head = this.#bytes.subarray(at, at + CDATA.length)
    if (head.equals(CDATA)) return this.#enter('cdata', at + CDATA.length)
    if (head.subarray(0, COMMENT.length).equals(COMMENT))
      return this.#enter('comment', at + COMMENT.length)
    const open = CDATA.subarray(0, head.length).equals(head)
    const mayBecome = open || COMMENT.subarray(0, head.length).equals(head)
    return mayBecome ? at : this.#enter('other', at + 2)
  }

  #passOver(at: number, end: Buffer): number {
    const found = this.#bytes.indexOf(end, at)
    const to = found < 0 ? wholeCharacters(this.#bytes, at, end.length - 1) : found
    if (this.#inside === 'cdata' && this.wantsText && to > at)
      this.#handlers.text(this.#bytes.toString('utf8', at, to))
    if (found < 0) return to
    this.#inside = undefined
    return found + end.length
  }

  #text(start: number): number {
    const bytes = this.#bytes
    let at = start
    let seen = 0
    let reference = -1
    for (; at < bytes.length; at++) {
      const byte = bytes[at]!
      if (byte === LESS) break
      seen |= byte
      if (byte === AMPERSAND) reference = at
    }
    if (!this.wantsText) return at
    if (at === bytes.length) {
      if (reference >= 0 && mayGoOn(bytes, reference)) at = reference
      else at = wholeCharacters(bytes, start, 0)
    }
    if (at === start) return at
    const text =
      seen < NOT_ASCII ? this.#latin1.slice(start, at) : bytes.toString('utf8', start, at)
    this.#handlers.text(reference < 0 ? text : decodeReferences(text))
    return at
  }

  #closing(at: number): number {
    const bytes = this.#bytes
    const end = endOfClosing(bytes, at)
    if (end < 0) return this.#unended(at)
    const nameAt = at + 2
    this.#close(localCode(bytes, nameAt, endOfName(bytes, nameAt, end)))
    return end + 1
  }

  #opening(at: number): number {
    const bytes = this.#bytes
    const end = endOfTag(bytes, at)
    if (end < 0) return this.#unended(at)
    const closed = bytes[end - 1] === SLASH
    const nameEnd = endOfName(bytes, at + 1, closed ? end - 1 : end)
    const name = localCode(bytes, at + 1, nameEnd)
    this.#attributesAt = nameEnd
    this.#attributesEnd = closed ? end - 1 : end
    this.#depth++
    this.#budget.checkElementDepth(this.#depth)
    this.#handlers.open(name)
    if (closed) this.#close(name)
    return end + 1
  }

  #close(name: number): void {
    if (this.#depth > 0) this.#depth--
    this.#handlers.close(name)
  }

  #unended(at: number): number {
    return this.#bytes.length - at > LONGEST_TAG ? this.#enter('other', at + 1) : at
  }
}

/**
 * Reads XML while it is inflated; UTF-8, or UTF-16 with a byte order mark.
 *
 * @throws ParseRefusal, and what the handlers throw
 */
export const scanElements = async (
  pieces: AsyncIterable<Buffer>,
  scanner: ElementScanner,
): Promise<void> => {
  let decoder: TextDecoder | undefined
  let first = true
  for await (const piece of pieces) {
    if (first && charsetOf(piece) !== 'utf-8') decoder = new TextDecoder(charsetOf(piece))
    first = false
    const bytes =
      decoder === undefined ? piece : Buffer.from(decoder.decode(piece, { stream: true }))
    for (let at = 0; at < bytes.length; at += SCANNED_BYTES)
      scanner.write(bytes.subarray(at, at + SCANNED_BYTES))
  }
}

const endOfName = (bytes: Buffer, start: number, end: number): number => {
  let at = start
  while (at < end && bytes[at]! > SPACE) at++
  return at
}

/** Of a name without its prefix. */
const localCode = (bytes: Buffer, start: number, end: number): number => {
  let local = start
  for (let at = start; at < end; at++) if (bytes[at] === COLON) local = at + 1
  return codeOf(bytes, local, end)
}

/** The place of the next `>`, or -1. It is near: asking the buffer for it costs more than looking. */
const endOfClosing = (bytes: Buffer, start: number): number => {
  for (let at = start; at < bytes.length; at++) if (bytes[at] === GREATER) return at
  return -1
}

/** The place of the `>` that ends a tag, or -1. */
const endOfTag = (bytes: Buffer, start: number): number => {
  let quote = 0
  for (let at = start; at < bytes.length; at++) {
    const byte = bytes[at]!
    if (quote !== 0) {
      if (byte === quote) quote = 0
    } else if (byte === GREATER) return at
    else if (byte === QUOTE || byte === APOSTROPHE) quote = byte
  }
  return -1
}

/** True when these bytes may end within a reference to a character. */
const mayGoOn = (bytes: Buffer, reference: number): boolean =>
  bytes.length - reference < LONGEST_REFERENCE && !bytes.includes(SEMICOLON, reference)

/** The end of the last whole character before the last `spared` bytes, not before `start`. */
const wholeCharacters = (bytes: Buffer, start: number, spared: number): number => {
  const end = Math.max(start, bytes.length - spared)
  for (let back = 1; back <= 3 && end - back >= start; back++) {
    const byte = bytes[end - back]!
    if (byte < NOT_ASCII) return end
    if (byte < 0xc0) continue
    const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2
    return length > back ? end - back : end
  }
  return end
}
