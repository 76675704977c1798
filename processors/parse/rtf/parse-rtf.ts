import type { CanonicalDocument } from '../../../topology/model/document.ts'
import { decodeText } from '../../formats/charset.ts'
import { labelOfCodePage, labelOfFontCharset } from '../../formats/code-page.ts'
import type { Budget } from '../budget.ts'
import { DocumentDraft } from '../document-draft.ts'
import { DocumentLines } from '../office/document-lines.ts'
import { rtfTokens } from './rtf-tokens.ts'

export const RTF_TYPE = 'application/rtf'

/** Groups that are no text of the document. Any group that starts with `\*` is none either, unless it is in {@link SHOWN}. */
const HIDDEN = new Set(
  'fonttbl colortbl stylesheet pict nonshppict object fldinst xe tc filetbl revtbl rsidtbl listtable listoverridetable themedata colorschememapping datastore latentstyles generator info operator title author'.split(
    ' ',
  ),
)
/** Groups with `\*` that hold text of the document. */
const SHOWN = new Set(['annotation', 'footnote'])

/** Words that stand for signs. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ['line', '\n'],
  ['tab', '\t'],
  ['emdash', '\u2014'],
  ['endash', '\u2013'],
  ['bullet', '\u2022'],
  ['lquote', '\u2018'],
  ['rquote', '\u2019'],
  ['ldblquote', '\u201c'],
  ['rdblquote', '\u201d'],
  ['emspace', ' '],
  ['enspace', ' '],
])

/** What holds inside one group and ends with it. */
interface Group {
  /** Where its text goes. */
  to: 'document' | 'nowhere' | 'fonts' | 'title' | 'author'
  charset: string | undefined
  /** Bytes of replacement text after a `\u`. */
  skipAfterUnicode: number
  hidden: boolean
  /** Nothing of it was read yet but `\*`. */
  fresh: boolean
  optional: boolean
}

/**
 * Reads RTF: paragraphs as lines, table rows with tabs, Unicode and code pages per font. Pictures, objects, field codes, hidden
 * and deleted text are left out. Title and author are taken from its properties. Linear; damaged RTF is read as far as it goes.
 *
 * @throws ParseRefusal `too-deep`, `too-large`
 */
export const parseRtf = (rtf: Buffer, budget: Budget): CanonicalDocument => {
  const reader = new RtfReader(budget)
  for (const token of rtfTokens(rtf)) {
    if (token.kind === 'bytes') reader.bytes(token.bytes)
    else if (token.kind === 'word') reader.word(token.name, token.value)
    else if (token.kind === 'symbol') reader.symbol(token.sign)
    else if (token.kind === 'open') reader.open()
    else reader.close()
  }
  return reader.finish()
}

/** State: open groups, the bytes of one code page that wait to be decoded, and what `\u` still skips. */
class RtfReader {
  readonly #draft: DocumentDraft
  readonly #lines: DocumentLines
  readonly #fonts = new Map<number, string | undefined>()
  readonly #groups: Group[] = []
  #group: Group = {
    to: 'document',
    charset: undefined,
    skipAfterUnicode: 1,
    hidden: false,
    fresh: false,
    optional: false,
  }
  #documentCharset = 'windows-1252'
  #font = 0
  #waiting: Buffer[] = []
  #skip = 0
  #inRow = false
  #title = ''
  #author = ''

  constructor(budget: Budget) {
    this.#draft = new DocumentDraft(RTF_TYPE, budget)
    this.#lines = new DocumentLines(this.#draft)
  }

  open(): void {
    this.#flush()
    this.#draft.budget.checkElementDepth(this.#groups.length + 1)
    this.#groups.push(this.#group)
    this.#group = { ...this.#group, fresh: true, optional: false }
  }

  close(): void {
    this.#flush()
    this.#skip = 0
    this.#group = this.#groups.pop() ?? this.#group
  }

  bytes(bytes: Buffer): void {
    this.#group.fresh = false
    if (this.#group.to === 'nowhere' || this.#group.to === 'fonts' || this.#group.hidden) return
    const rest = bytes.subarray(Math.min(this.#skip, bytes.length))
    this.#skip -= bytes.length - rest.length
    if (rest.length > 0) this.#waiting.push(rest)
  }

  symbol(sign: string): void {
    if (sign === '*') {
      this.#group.optional = true
      return
    }
    this.#flush()
    this.#group.fresh = false
    if (sign === '~') this.#add(' ')
    else if (sign === '_') this.#add('-')
    else if (sign === '\n' || sign === '\r') this.#paragraph()
    else if (sign === '\\' || sign === '{' || sign === '}') this.#add(sign)
  }

  word(name: string, value: number | undefined): void {
    this.#flush()
    const group = this.#group
    const starts = group.fresh
    group.fresh = false
    if (starts && this.#startDestination(name)) return
    if (name === 'u') this.#unicode(value ?? 0)
    else if (name === 'uc') group.skipAfterUnicode = Math.min(Math.max(value ?? 1, 0), 100)
    else if (name === 'ansicpg') this.#documentCharset = labelOfCodePage(value ?? 1252)
    else if (name === 'mac') this.#documentCharset = 'macintosh'
    else if (name === 'f' || name === 'fcharset') this.#setFont(name, value ?? 0)
    else if (name === 'v' || name === 'deleted') group.hidden = value !== 0
    else if (name === 'plain') group.hidden = false
    else this.#layout(name)
  }

  finish(): CanonicalDocument {
    this.#flush()
    this.#lines.closeAll()
    const title = this.#title.trim().slice(0, 1000)
    const author = this.#author.trim().slice(0, 1000)
    if (title !== '') this.#draft.subject = title
    if (author !== '') this.#draft.addParticipant({ role: 'author', name: author })
    this.#draft.mark({ kind: 'body', start: 0, end: this.#draft.length, depth: 0 })
    return this.#draft.finish()
  }

  /** The first word of a group may say that it is no text. */
  #startDestination(name: string): boolean {
    const group = this.#group
    if (name === 'title' || name === 'author') group.to = name
    else if (name === 'fonttbl') group.to = 'fonts'
    else if (HIDDEN.has(name) || (group.optional && !SHOWN.has(name))) group.to = 'nowhere'
    else return false
    return true
  }

  #setFont(name: string, value: number): void {
    if (this.#group.to === 'fonts') {
      if (name === 'f') this.#font = value
      else if (this.#fonts.size < 10_000) this.#fonts.set(this.#font, labelOfFontCharset(value))
    } else if (name === 'f') this.#group.charset = this.#fonts.get(value)
  }

  #unicode(value: number): void {
    this.#add(String.fromCharCode(value & 0xffff))
    this.#skip = this.#group.skipAfterUnicode
  }

  #layout(name: string): void {
    if (this.#group.to !== 'document') return
    if (name === 'par' || name === 'sect' || name === 'page') this.#paragraph()
    else if (name === 'trowd' || name === 'cell' || name === 'nestcell') {
      if (!this.#inRow) this.#lines.openRow()
      this.#inRow = true
      if (name === 'trowd') return
      this.#lines.closeParagraph()
      this.#lines.closeCell()
    } else if (name === 'row' && this.#inRow) {
      this.#lines.closeRow()
      this.#inRow = false
    } else this.#add(SIGNS.get(name) ?? '')
  }

  #paragraph(): void {
    if (this.#group.to === 'document') this.#lines.closeParagraph()
  }

  #flush(): void {
    if (this.#waiting.length === 0) return
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#add(decodeText(bytes, this.#group.charset ?? this.#documentCharset).text)
  }

  #add(text: string): void {
    const { to, hidden } = this.#group
    if (text === '' || hidden) return
    if (to === 'document') this.#lines.add(text)
    else if (to === 'title' && this.#title.length < 1000) this.#title += text
    else if (to === 'author' && this.#author.length < 1000) this.#author += text
  }
}
