/** What the cells beside a card's number are found as. */
export const CARD_CELL = { type: 'CARD_DETAIL', score: 70, recogniser: 'card/cell' } as const

type Place = readonly [start: number, end: number]

/** Month and year until which a card is good, and its security code, in cells of their own. */
export interface CardCells {
  readonly month: Place
  readonly code?: Place
}

const MONTH = '(?<month>(?:0[1-9]|1[0-2])(?: ?[/-] ?|\\|)(?:20)?[2-4]\\d)'
/** Without a mark between month and year. */
const TIGHT_MONTH = '(?<month>(?:0[1-9]|1[0-2])[2-4]\\d)'
const CODE = '(?<code>\\d{3,4})(?![A-Za-z\\d_]|[.,/:-]\\d)'
const NO_MORE = '(?![A-Za-z\\d_]|[./:-]\\d)'
const MARK = '["\']?[ ]{0,3}[|;,\\t][ ]{0,3}["\']?'
/** Cells of HTML stand on lines of their own. */
const GAP = `(?:${MARK}|[ ]{1,3}|(?:[ ]{0,2}\\r?\\n){1,2}[ ]{0,2})`

const BEHIND_NUMBER = [
  new RegExp(`${GAP}${MONTH}${GAP}${CODE}`, 'dy'),
  new RegExp(`${MARK}${TIGHT_MONTH}${MARK}${CODE}`, 'dy'),
  new RegExp(`${MARK}${MONTH}${NO_MORE}`, 'dy'),
]
const CELLS = [new RegExp(`${MONTH}${MARK}${CODE}`, 'dy')]
const BEHIND_NAME =
  /(?:card|karte|carte|tarjeta|carta|cartão|visa|mastercard|amex)[ ]{0,3}[|\t][ ]{0,3}$/i
const REACH = 18

const cellsAt = (text: string, at: number, patterns: readonly RegExp[]): CardCells | undefined => {
  for (const pattern of patterns) {
    pattern.lastIndex = at
    const places = pattern.exec(text)?.indices?.groups
    if (places?.['month'])
      return { month: places['month'], ...(places['code'] ? { code: places['code'] } : {}) }
  }
  return undefined
}

const NEAR = 9
const [ZERO, ONE, BAR] = [48, 49, 124]

/** A look for the first digit of a month. */
const mayFollow = (text: string, end: number): boolean => {
  for (let at = end + 1; at < end + NEAR; at++) {
    const code = text.charCodeAt(at)
    if (code === ZERO || code === ONE) return true
    if (code > 64 && code !== BAR) return false
  }
  return false
}

/** `4111 1111 1111 1111 | 12/27 | 123`: asked for the end of a card's number. */
export const cellsBehindNumber = (text: string, end: number): CardCells | undefined =>
  mayFollow(text, end) ? cellsAt(text, end, BEHIND_NUMBER) : undefined

/** `card | 12/27 | 123`: asked for the month. */
export const cellsBehindName = (text: string, month: number): CardCells | undefined =>
  BEHIND_NAME.test(text.slice(Math.max(0, month - REACH), month))
    ? cellsAt(text, month, CELLS)
    : undefined
