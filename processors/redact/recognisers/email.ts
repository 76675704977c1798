import { isEmailSurrogate } from '../placeholder.ts'
import { CLASSES, TOKEN, UNSPACED, isDigit, isToken, tableOf } from '../char-classes.ts'
import { isSpelledHost } from './spelled-host.ts'

const MAX_LOCAL = 64
const MAX_DOMAIN = 253

/** Marks that a local part may hold besides letters and digits. Braces, bars and stars are left to prose. */
const LOCAL_MARKS = tableOf("!#$%&'+-./=^_~")

/** Last labels that are files in practice: `icon@2x.png`. */
const FILES = new Set(
  'png jpg jpeg gif svg webp ico css scss js mjs cjs ts tsx jsx json html htm xml yml yaml md txt pdf zip gz tar exe dll'.split(
    ' ',
  ),
)

const isUnspaced = (code: number) => (CLASSES[code]! & UNSPACED) !== 0

const localStart = (text: string, at: number): number => {
  if (text.charCodeAt(at - 1) === 34) {
    const open = text.lastIndexOf('"', at - 2)
    return open >= 0 && at - open <= MAX_LOCAL + 2 && !text.slice(open, at).includes('\n')
      ? open
      : at
  }
  const unspaced = isUnspaced(text.charCodeAt(at - 1))
  const floor = Math.max(0, at - MAX_LOCAL)
  let start = at
  let equals = -1
  while (start > floor) {
    const code = text.charCodeAt(start - 1)
    if ((CLASSES[code]! & TOKEN) === 0 && LOCAL_MARKS[code] === 0) break
    if (isUnspaced(code) !== unspaced && (CLASSES[code]! & TOKEN) !== 0 && isUnspaced(code)) break
    if (code === 61 && equals < 0) equals = start
    start--
  }
  // `user=ann@example.com` is a parameter; `bounce-ann=example.org@list.example` is one address (VERP).
  if (equals > 0 && !/[+.-]/.test(text.slice(start, equals - 1))) start = equals
  while (start < at && LOCAL_MARKS[text.charCodeAt(start)] === 1 && text.charCodeAt(start) !== 95)
    start++
  return start
}

const isLabel = (code: number, unspaced: boolean) =>
  ((CLASSES[code]! & TOKEN) !== 0 && code !== 95 && (unspaced || !isUnspaced(code))) || code === 45

/** End of the host name that begins at `from`: at least two labels, the last one of letters. -1 when there is none. */
export const hostEnd = (text: string, from: number): number => {
  const unspaced = isUnspaced(text.charCodeAt(from))
  const ceiling = Math.min(text.length, from + MAX_DOMAIN)
  let good = -1
  for (let at = from; at < ceiling;) {
    const label = at
    while (at < ceiling && isLabel(text.charCodeAt(at), unspaced)) at++
    while (at > label && text.charCodeAt(at - 1) === 45) at--
    if (at === label || text.charCodeAt(label) === 45) break
    if (label > from && isTopLevel(text, label, at)) good = at
    if (text.charCodeAt(at) !== 46) break
    at++
  }
  return good
}

const isTopLevel = (text: string, from: number, to: number): boolean => {
  if (text.charCodeAt(from + 2) === 45 && text.slice(from, from + 4).toLowerCase() === 'xn--')
    return to - from > 4
  if (to - from < 2 && !isUnspaced(text.charCodeAt(from))) return false
  for (let at = from; at < to; at++) {
    const code = text.charCodeAt(at)
    if (isDigit(code) || code === 45) return false
  }
  return to - from <= 24
}

const LITERAL = /\[(?:\d{1,3}(?:\.\d{1,3}){3}|IPv6:[0-9A-Fa-f:.]{2,45})\]/y

const literalEnd = (text: string, from: number): number => {
  LITERAL.lastIndex = from
  return LITERAL.test(text) ? LITERAL.lastIndex : -1
}

const isFile = (text: string, end: number): boolean =>
  FILES.has(text.slice(text.lastIndexOf('.', end - 1) + 1, end).toLowerCase())

/** The e-mail address around the at-sign at `at` (RFC 5321 §4.1.2, RFC 6531 for other scripts), as start and end. */
export const emailAround = (text: string, at: number): readonly [number, number] | undefined => {
  const next = text.charCodeAt(at + 1)
  const end = next === 91 ? literalEnd(text, at + 1) : hostEnd(text, at + 1)
  if (end < 0) return undefined
  const start = localStart(text, at)
  if (start === at) return undefined
  return isFile(text, end) || isEmailSurrogate(text.slice(start, end)) ? undefined : [start, end]
}

const ENCODED_LOCAL = /(?:^|%[\dA-Fa-f]{2}|[^\w.+-])([\w+-][\w.+-]{0,63})$/
const ENCODED_AT = '%40'

/** `user=ann%40example.org`, as links have it: `percent` is the place of the sign. Other marks are written as escapes, and end it. */
export const encodedEmail = (
  text: string,
  percent: number,
): readonly [number, number] | undefined => {
  const end = hostEnd(text, percent + ENCODED_AT.length)
  if (end < 0 || isFile(text, end)) return undefined
  const from = Math.max(0, percent - MAX_LOCAL - ENCODED_AT.length)
  const local = ENCODED_LOCAL.exec(text.slice(from, percent))?.[1]
  return local === undefined ? undefined : [percent - local.length, end]
}

const BEFORE = 80
const AFTER = 160
const DOT = String.raw`(?:\.|\s?[[({<]\s?(?:dot|punto|punkt|point|ponto|\.)\s?[\])}>]\s?|\s(?:dot|punto|punkt|point|ponto|DOT)\s|\s\.\s?)`
const WORD_DOT = String.raw`(?:\s?[[({<]\s?(?:dot|punto|punkt|point|ponto|\.)\s?[\])}>]\s?|\s(?:dot|punto|punkt|point|ponto|DOT)\s)`
const LABEL = String.raw`[\p{L}\d](?:[\p{L}\d-]{0,30}[\p{L}\d])?`
const LOCAL_BEFORE = new RegExp(
  String.raw`(?:[\p{L}\d_+%-]{1,40}${WORD_DOT}|[\p{L}\d_+%-]{1,40}\.){0,3}[\p{L}\d_+%-]{1,40}$`,
  'iu',
)
const HOST_AFTER = new RegExp(
  String.raw`^${LABEL}(?:${DOT}${LABEL}){0,3}${DOT}\p{L}{2,12}(?![\p{L}\d])`,
  'iu',
)
const SPELLED_HOST_AFTER = new RegExp(
  String.raw`^${LABEL}(?:${DOT}${LABEL}){0,3}${WORD_DOT}\p{L}{2,12}(?![\p{L}\d])`,
  'iu',
)
const BRACKETED_AT = /\s?[[({<]\s?(?:at|arobase|arobas|arroba|chiocciola|@|ät|chez)\s?[\])}>]\s?/iuy
const SPELLED_AT = /\s(?:at|arroba|AT)\s/y
/** Cheap: is anything like a spelled-out host behind the word? */
const SPELLED_AHEAD =
  /\s(?:at|arroba|AT)\s+[^\s[({<]{1,63}\s?(?:[[({<]\s?)?(?:dot|punto|punkt|point|ponto|\.)/iuy
const SPACED_AT = /\s@\s/y

const around = (
  text: string,
  from: number,
  to: number,
  host: RegExp,
  isHost?: (host: string) => boolean,
): readonly [number, number] | undefined => {
  const after = host.exec(text.slice(to, to + AFTER))
  if (!after || isHost?.(after[0]) === false) return undefined
  const floor = Math.max(0, from - BEFORE)
  const before = LOCAL_BEFORE.exec(text.slice(floor, from))
  return before ? [floor + before.index, to + after[0].length] : undefined
}

const spelled = (
  text: string,
  from: number,
  sign: RegExp,
  host: RegExp,
  isHost?: (host: string) => boolean,
) => {
  sign.lastIndex = from
  return sign.test(text) ? around(text, from, sign.lastIndex, host, isHost) : undefined
}

/** What the word in the brackets begins with: `at`, `arroba`, `ät`, `chez`, `chiocciola`, the sign itself. */
const SIGNS = tableOf('aA@äÄcC')
const isBlank = (code: number) => code <= 32 || code === 0xa0 || code > 0x167f

/** `ann [at] example [dot] org`: `at` is the opening bracket. */
export const bracketedEmail = (text: string, at: number): readonly [number, number] | undefined => {
  const next = text.charCodeAt(at + 1)
  if (SIGNS[isBlank(next) ? text.charCodeAt(at + 2) : next] === 0) return undefined
  return spelled(text, text.charCodeAt(at - 1) === 32 ? at - 1 : at, BRACKETED_AT, HOST_AFTER)
}

/** What every spelled-out host holds: most text behind `at` with a full stop in it does not. */
const SPELLED_DOT = /dot|punto|punkt|point|ponto|[[({<]\s?\./i

/** First letters of its words without case, a full stop and a bracket. */
const DOT_STARTS = tableOf('dDpP.[({<')
const MOST_LABEL = 63
const SPACE = 32

/** The label behind the word that begins at `word` may hold a dot or its spelling, or be followed by it. */
const mayBeSpelled = (text: string, word: number): boolean => {
  let at = word
  while (isToken(text.charCodeAt(at))) at++
  while (text.charCodeAt(at) <= SPACE) at++
  for (const label = at; at - label <= MOST_LABEL && !(text.charCodeAt(at) <= SPACE); at++) {
    const code = text.charCodeAt(at)
    if (!(code < 128) || DOT_STARTS[code] === 1) return true
  }
  const next = text.charCodeAt(at + 1)
  return !(next < 128) || DOT_STARTS[next] === 1
}

const ahead = (text: string, from: number): boolean => {
  if (!mayBeSpelled(text, from + 1)) return false
  SPELLED_AHEAD.lastIndex = from
  return SPELLED_AHEAD.test(text) && SPELLED_DOT.test(text.slice(from, from + AFTER + BEFORE))
}

/** `ann at example dot org`: `at` is the word's first letter. Without a spelled-out dot it is prose: "look at example.org". */
export const spelledEmail = (text: string, at: number): readonly [number, number] | undefined =>
  ahead(text, at - 1)
    ? spelled(text, at - 1, SPELLED_AT, SPELLED_HOST_AFTER, isSpelledHost)
    : undefined

/** `ann @ example.org`: `at` is the at-sign. */
export const spacedEmail = (text: string, at: number): readonly [number, number] | undefined =>
  spelled(text, at - 1, SPACED_AT, HOST_AFTER)
