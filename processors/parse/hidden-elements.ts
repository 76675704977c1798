import { shownByStyle } from './shown-by-style.ts'

/** Elements of which nothing is read. */
const SKIPPED = new Set([
  'script',
  'style',
  'template',
  'noscript',
  'noembed',
  'noframes',
  'svg',
  'math',
  'iframe',
  'object',
  'select',
  'textarea',
  'button',
])

/** Elements that end an image or a formula which nobody closed (HTML, 13.2.6.5). */
const ENDS_FOREIGN = new Set(
  (
    'b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol p pre ruby s ' +
    'small span strong strike sub sup table tt u ul var'
  ).split(' '),
)
/** Those that end a paragraph, which the parser does not know. */
const ENDS_PARAGRAPH = new Set(['dd', 'dt', 'li'])
/** Those that end a list to choose from; a second list only ends the first. */
const ENDS_SELECT = new Set(['input', 'keygen', 'textarea', 'select'])

/** Parts of a table by rank: each ends what is open below a part of a higher rank than its own. */
const RANKS: ReadonlyMap<string, number> = new Map([
  ...['td', 'th'].map((name) => [name, 1] as const),
  ['tr', 2],
  ...['tbody', 'thead', 'tfoot'].map((name) => [name, 3] as const),
  ...['caption', 'colgroup', 'col'].map((name) => [name, 4] as const),
])
/** Parts that `visibility: collapse` takes away, with all that is in them. */
const COLLAPSING = new Set(['tr', 'tbody', 'thead', 'tfoot', 'col', 'colgroup'])
/** What is open outside of these is not ended by parts of a table inside (HTML, 13.2.4.2). */
const TABLE_SCOPES = new Set(['table', 'template'])
/** Hidden elements in which parts of a table end nothing. */
const KEEPS_PARTS = new Set(['table', 'template', 'noscript', 'svg', 'math'])

/** An element that is open, and how many tables were when it was. */
interface Open {
  readonly name: string
  readonly depth: number
  readonly scopes: number
}

type Attributes = Readonly<Record<string, string>>

/**
 * What a browser does not show of the elements that are open, told of each that opens and closes. An element that is gone
 * (`display: none`, a script) is gone with all that is in it, until it is closed or another one ends it; one that is invisible
 * (`visibility: hidden`) may hold what is visible.
 */
export class HiddenElements {
  #depth = 0
  #scopes = 0
  #gone: Open | undefined
  /** Those that say something about their visibility, outermost first. */
  readonly #visibilities: (Open & { readonly visible: boolean })[] = []
  /** A list to choose from was ended by what opens now. */
  #selectEnded = false

  /** Inside an element that is gone. */
  get gone(): boolean {
    return this.#gone !== undefined
  }

  /** Text that stands here is not shown. */
  get invisible(): boolean {
    return this.#visibilities.at(-1)?.visible === false
  }

  /** `foreign`: inside an image or a formula. */
  open(name: string, attributes: Attributes, foreign: boolean): void {
    this.#depth += 1
    const second = name === 'select' && (this.#selectEnded || this.#gone?.name === 'select')
    this.#selectEnded = false
    this.#endOthers(name, foreign)
    if (TABLE_SCOPES.has(name)) this.#scopes += 1
    if (this.gone || second) return
    if (SKIPPED.has(name) || this.#hides(name, attributes)) this.#gone = this.#opened(name)
  }

  /** `implied`: it has no end tag of its own. */
  close(name: string, implied: boolean): void {
    if (TABLE_SCOPES.has(name)) this.#scopes -= 1
    if (this.#depth === this.#gone?.depth) {
      this.#gone = undefined
      this.#selectEnded = implied && name === 'select'
    }
    if (this.#visibilities.at(-1)?.depth === this.#depth) this.#visibilities.pop()
    this.#depth -= 1
  }

  #opened(name: string): Open {
    return { name, depth: this.#depth, scopes: this.#scopes }
  }

  /** Some of what is open was not closed, and this element ends it. */
  #endOthers(name: string, foreign: boolean): void {
    if (this.#gone !== undefined) {
      if (!this.#ends(this.#gone, name, foreign)) return
      this.#gone = undefined
    }
    for (let open = this.#visibilities.at(-1); open; open = this.#visibilities.at(-1)) {
      if (!this.#ends(open, name, foreign)) return
      this.#visibilities.pop()
    }
  }

  #hides(name: string, attributes: Attributes): boolean {
    const { style } = attributes
    const { display, visibility } = style === undefined ? {} : shownByStyle(style)
    if (!(display ?? !('hidden' in attributes))) return true
    if (visibility === 'collapse' && COLLAPSING.has(name)) return true
    if (visibility !== undefined)
      this.#visibilities.push({ ...this.#opened(name), visible: visibility === 'visible' })
    return false
  }

  #ends(open: Open, name: string, foreign: boolean): boolean {
    const by = open.name
    if (by === 'svg' || by === 'math') return ENDS_FOREIGN.has(name) && foreign
    if (by === 'p' && ENDS_PARAGRAPH.has(name)) return this.#depth === open.depth + 1
    if (this.#scopes !== open.scopes || foreign) return false
    if (by === 'select' && ENDS_SELECT.has(name)) return true
    return this.#endsPart(by, name)
  }

  /** A part of the table in which that element is, and not a part of the element. */
  #endsPart(by: string, name: string): boolean {
    if (KEEPS_PARTS.has(by)) return false
    if (by === 'colgroup') return name !== 'col'
    const rank = RANKS.get(name) ?? 0
    const own = by === 'caption' ? 1 : RANKS.get(by)
    return own === undefined ? rank > 0 && this.#scopes > 0 : rank >= own
  }
}
