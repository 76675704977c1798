import { UnitsWriter, passOf, unitsOf } from './units.ts'
import { CLASSES, INVISIBLE, SPECIAL, UNUSUAL, VARIANTS } from './char-classes.ts'
import { mayBeEscaped, readJsonEscape, type Reading } from './json-escape.ts'
import { type OffsetMap, IDENTITY, OffsetMapBuilder } from './offset-map.ts'

interface Stretch {
  readonly start: number
  end: number
}

/** What the recognisers read: the text as a reader would see it, with the way back to the original offsets. */
export interface View {
  readonly text: string
  readonly map: OffsetMap
  /** True when decoding could have hidden something that the raw text shows: both must be scanned. */
  readonly lossy: boolean
  /** Where the text reads differently from what is written. */
  readonly changed: readonly Stretch[]
}

const INLINE_TAGS =
  'a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd mark o:p q s samp small span strike strong sub sup tt u var wbr'
const BLOCK_TAGS =
  'address article blockquote body br center dd div dl dt footer form h1 h2 h3 h4 h5 h6 head header hr html img li main ol p pre section table tbody td tfoot th thead title tr ul'
const TAGS = new Map([
  ...INLINE_TAGS.split(' ').map((name) => [name, ''] as const),
  ...BLOCK_TAGS.split(' ').map((name) => [name, '\n'] as const),
])
const ENTITIES = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
  ['nbsp', ' '],
  ['ensp', ' '],
  ['emsp', ' '],
  ['thinsp', ' '],
  ['commat', '@'],
  ['period', '.'],
  ['colon', ':'],
  ['sol', '/'],
  ['plus', '+'],
  ['equals', '='],
  ['lowbar', '_'],
  ['lpar', '('],
  ['rpar', ')'],
  ['num', '#'],
  ['hyphen', '-'],
  ['dash', '-'],
  ['ndash', '-'],
  ['minus', '-'],
  ['shy', ''],
  ['zwj', ''],
  ['zwnj', ''],
  ['ZeroWidthSpace', ''],
])

const isUpperHex = (code: number) => (code >= 48 && code <= 57) || (code >= 65 && code <= 70)
const isAsciiLetter = (code: number) => (code | 32) >= 97 && (code | 32) <= 122

/** A character that may begin something written in a way that only the view shows; `=`, `<`, `&` and `\` look at what follows. */
const isSpecial = (units: Uint16Array, at: number, code: number): boolean => {
  if (code > 127) return true
  const next = units[at + 1]!
  if (code === 38) return next === 35 || isAsciiLetter(next)
  if (code === 60) return next === 47 || next === 33 || isAsciiLetter(next)
  if (code === 92) return mayBeEscaped(next)
  if (next === 10 || (next === 13 && units[at + 2] === 10)) return true
  return isUpperHex(next) && isUpperHex(units[at + 2]!)
}

/** The next place at or behind `from` that may need decoding, or -1. */
const nextSpecial = (units: Uint16Array, from: number, end: number): number => {
  const pass = passOf(units)
  if (!pass) return nextSpecialByUnits(units, from, end)
  let at = pass.special(from, end)
  while (at >= 0 && !isSpecial(units, at, units[at]!)) at = pass.special(at + 1, end)
  return at
}

/** One table look-up per character. */
const nextSpecialByUnits = (units: Uint16Array, from: number, end: number): number => {
  for (let at = from; at < end; at++) {
    const code = units[at]!
    if (SPECIAL[code] !== 0 && isSpecial(units, at, code)) return at
  }
  return -1
}

/** A cheap look: without such a place between `from` and `end` a text is its own view. */
export const mayDiffer = (units: Uint16Array, from: number, end: number): boolean =>
  nextSpecial(units, from, end) >= 0

const QUOTED_PRINTABLE = /=\r?\n|=3D|=C[23]=[89AB][0-9A-F]/
const TAG = /<(?:!--[^<>]{0,512}--|\/?([A-Za-z][A-Za-z0-9:]{0,10})(?:[\s/][^<>]{0,1024})?)>/y
const ENTITY = /&(?:#([0-9]{1,7})|#[xX]([0-9A-Fa-f]{1,6})|([A-Za-z]{2,14}));/y

const invisible = (code: number) => INVISIBLE.some(([first, last]) => code >= first && code <= last)

const readUnusual = (text: string, at: number): Reading | undefined => {
  const code = text.charCodeAt(at)
  if (code === 0xd835) {
    const low = text.charCodeAt(at + 1)
    if (low < 0xdfce || low > 0xdfff) return undefined
    return { end: at + 2, text: String((low - 0xdfce) % 10), lossy: false }
  }
  if (code === 0xdb40) return { end: at + 2, text: '', lossy: false }
  if ((CLASSES[code]! & UNUSUAL) === 0) return undefined
  return { end: at + 1, text: invisible(code) ? '' : (VARIANTS.get(code) ?? ''), lossy: false }
}

const readTag = (text: string, at: number): Reading | undefined => {
  TAG.lastIndex = at
  const match = TAG.exec(text)
  if (!match) return undefined
  const kind = match[1] === undefined ? '' : TAGS.get(match[1].toLowerCase())
  return kind === undefined ? undefined : { end: TAG.lastIndex, text: kind, lossy: true }
}

const readEntity = (text: string, at: number): Reading | undefined => {
  ENTITY.lastIndex = at
  const match = ENTITY.exec(text)
  if (!match) return undefined
  const code = match[1] ? Number(match[1]) : match[2] ? Number.parseInt(match[2], 16) : -1
  const named = match[3] === undefined ? undefined : ENTITIES.get(match[3])
  if (code < 0)
    return named === undefined ? undefined : { end: ENTITY.lastIndex, text: named, lossy: true }
  if (code > 0xffff || (code >= 0xd800 && code < 0xe000)) return undefined
  const plain = invisible(code) ? '' : (VARIANTS.get(code) ?? String.fromCharCode(code))
  return { end: ENTITY.lastIndex, text: plain, lossy: true }
}

const readEscape = (
  text: string,
  at: number,
  quotedPrintable: () => boolean,
): Reading | undefined => {
  const next = text.charCodeAt(at + 1)
  if (next === 10) return { end: at + 2, text: '', lossy: true }
  if (next === 13) return { end: at + 3, text: '', lossy: true }
  const code = Number.parseInt(text.slice(at + 1, at + 3), 16)
  const address = code === 64 && /[A-Za-z]/.test(text.charAt(at + 3))
  if (!address && !(code >= 32 && code < 127 && quotedPrintable())) return undefined
  return { end: at + 3, text: String.fromCharCode(code), lossy: true }
}

const read = (text: string, at: number, quotedPrintable: () => boolean): Reading | undefined => {
  switch (text.charCodeAt(at)) {
    case 60:
      return readTag(text, at)
    case 38:
      return readEntity(text, at)
    case 61:
      return readEscape(text, at, quotedPrintable)
    case 92:
      return readJsonEscape(text, at)
    default:
      return readUnusual(text, at)
  }
}

/**
 * The normalised view of a text. Ordinary text is its own view.
 *
 * Dropped: soft line breaks, tags inside a line unless they are `kept`, soft hyphens and other invisible characters. Decoded: quoted-printable,
 * entities, escapes of JSON, full-width forms and the digits of every script, variants of dash, space, dot, colon, slash and at-sign.
 */
export const viewOf = (text: string, tags: 'dropped' | 'kept' = 'dropped'): View => {
  const { length } = text
  const units = unitsOf(text)
  const first = nextSpecial(units, 0, length)
  if (first < 0) return { text, map: IDENTITY, lossy: false, changed: [] }
  let quoted: boolean | undefined
  const quotedPrintable = () => (quoted ??= QUOTED_PRINTABLE.test(text))
  const out = new UnitsWriter(length)
  const map = new OffsetMapBuilder()
  const changed: Stretch[] = []
  let lossy = false
  let done = 0
  const copy = (to: number) => {
    if (to <= done) return
    out.copy(units, done, to)
    map.same(done, to)
  }
  for (let at = first; at >= 0; at = nextSpecial(units, at, length)) {
    const reading =
      tags === 'kept' && units[at] === 60 ? undefined : read(text, at, quotedPrintable)
    if (!reading) {
      at++
      continue
    }
    copy(at)
    out.write(reading.text)
    map.replaced(at, reading.end, reading.text.length)
    lossy ||= reading.lossy
    const last = changed.at(-1)
    if (last?.end === at) last.end = reading.end
    else changed.push({ start: at, end: reading.end })
    done = at = reading.end
  }
  copy(length)
  return done === 0
    ? { text, map: IDENTITY, lossy, changed }
    : { text: out.text(), map: map.build(), lossy, changed }
}
