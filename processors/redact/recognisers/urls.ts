import { CLASSES, LETTER, isToken, tableOf } from '../char-classes.ts'
import { PLANS } from './phone-plan.ts'
import { hostEnd } from './email.ts'
import { placeholderEnd } from '../placeholder.ts'
import type { Scan } from '../scan.ts'

const MAX_URL = 2048
const SCHEME = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+.-')
const HOST_CHARS = tableOf('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-')
const TRIMMED = tableOf(".,;:!?'*)]")
const STOPS = tableOf(' \t\r\n<>"`{}|\\^“”«»')

/** First character of the scheme whose colon is at `colon`, or -1. */
const schemeStart = (text: string, colon: number): number => {
  let start = colon
  while (start > 0 && colon - start < 12 && SCHEME[text.charCodeAt(start - 1)] === 1) start--
  while (start < colon && (CLASSES[text.charCodeAt(start)]! & LETTER) === 0) start++
  return colon - start >= 2 ? start : -1
}

const trimEnd = (text: string, start: number, end: number): number => {
  let last = end
  while (last > start && TRIMMED[text.charCodeAt(last - 1)] === 1) {
    if (text.charCodeAt(last - 1) === 41 && text.slice(start, last).includes('(')) break
    last--
  }
  return last
}

const urlEnd = (text: string, from: number): number => {
  const ceiling = Math.min(text.length, from + MAX_URL)
  let end = from
  while (end < ceiling && STOPS[text.charCodeAt(end)] === 0) end++
  return end
}

export interface UrlMatch {
  readonly start: number
  readonly end: number
  /** Stretches inside that are credentials: user and password, values of token parameters. */
  readonly credentials: readonly (readonly [number, number])[]
}

const TOKEN_PARAMETER =
  /[?&#;](?:[a-z0-9_-]{0,20}(?:token|api_?key|secret|password|passwd|pwd|signature)|key|sig|auth|code|session(?:_?id)?|sid|jwt|x-amz-credential)=([^&#;\s]{4,1024})/gi

/** These names say what they hold; the values of others must look random. */
const CERTAIN = /^.[a-z0-9_-]*(?:token|api_?key|secret|passw|pwd|signature|x-amz)/i
const RANDOM = /^(?=[^=]*[A-Za-z])(?=[^=]*\d)[\w.~%+-]{10,}$/

/** What an earlier run put there. */
const REDACTED = /^(?:[^\p{L}\p{N}]{0,3}\[[A-Z]|[*#•✱█]|%5B[A-Z])/u

/** Besides those of the placeholders in it. */
const hasColon = (user: string): boolean => {
  for (let at = user.search(/[:[]/); at >= 0 && at < user.length;) {
    if (user.charCodeAt(at) === 58) return true
    at = Math.max(at + 1, placeholderEnd(user, at))
  }
  return false
}

const AUTHORITY_ENDS = tableOf('/?#')

const credentialsIn = (
  text: string,
  authority: number,
  end: number,
): (readonly [number, number])[] => {
  const found: (readonly [number, number])[] = []
  let slash = authority
  let at = -1
  for (; slash < end && AUTHORITY_ENDS[text.charCodeAt(slash)] === 0; slash++) {
    if (text.charCodeAt(slash) === 64) at = slash
  }
  if (at > authority) {
    const user = text.slice(authority, at)
    if (hasColon(user) && !REDACTED.test(user)) found.push([authority, at])
  }
  const tail = text.slice(slash, end)
  if (!tail.includes('=')) return found
  TOKEN_PARAMETER.lastIndex = 0
  for (let match = TOKEN_PARAMETER.exec(tail); match; match = TOKEN_PARAMETER.exec(tail)) {
    const from = slash + match.index + match[0].length - match[1]!.length
    if (!REDACTED.test(match[1]!) && (CERTAIN.test(match[0]) || RANDOM.test(match[1]!)))
      found.push([from, from + match[1]!.length])
  }
  return found
}

/** The address whose `://` has its colon at `colon`. */
export const urlAround = (text: string, colon: number): UrlMatch | undefined => {
  const start = schemeStart(text, colon)
  if (start < 0) return undefined
  const end = trimEnd(text, colon, urlEnd(text, colon + 3))
  if (end <= colon + 3) return undefined
  return { start, end, credentials: credentialsIn(text, colon + 3, end) }
}

const GENERIC = new Set(
  'com org net edu gov mil int info biz io ai app dev cloud online site shop store blog xyz tech me tv co name pro mobi travel museum eu uk su arpa jobs news live email link page agency digital group'.split(
    ' ',
  ),
)
const topLevel = (label: string) => GENERIC.has(label) || PLANS.has(label.toUpperCase())

const shape = (first: number, second: number, length: number): number =>
  (((first | 32) * 61 + (second | 32) * 7 + length) & 1023) >>> 0

/** 1 where a top-level domain has these first two letters and this length. */
const TOP_LEVELS = new Uint8Array(1024)
for (const label of [...GENERIC, ...PLANS.keys()])
  TOP_LEVELS[shape(label.charCodeAt(0), label.charCodeAt(1), label.length)] = 1

/** Whatever is longer gets the full look. */
const MOST_HOST = 128

/** Some label behind the first one looks like a top-level domain: those of `module.exports` and `index.js` do not. */
const mayBeUrl = (units: Uint16Array, start: number): boolean => {
  for (let at = start; at - start < MOST_HOST;) {
    const label = at
    while (HOST_CHARS[units[at]!] === 1) at++
    if (units[at]! > 127) return true
    let end = at
    while (end > label && units[end - 1] === 45) end--
    if (label > start && TOP_LEVELS[shape(units[label]!, units[label + 1]!, end - label)] === 1)
      return true
    if (units[at++] !== 46) return false
  }
  return true
}

/** `B.Sc`: `.sc` is a domain, and a degree. */
const DEGREE = /^[A-Z]\.[A-Z][a-z]+$/

/** The address without a scheme that begins with the token at `start`: `www.example.org/a`, `example.org`. */
export const bareUrl = (
  { text, units }: Pick<Scan, 'text' | 'units'>,
  start: number,
): UrlMatch | undefined => {
  const before = units[start - 1]!
  if (before === 64 || before === 46 || before === 47 || before === 45) return undefined
  if (!mayBeUrl(units, start)) return undefined
  const host = hostEnd(text, start)
  if (host < 0 || text.charCodeAt(host) === 64 || isToken(text.charCodeAt(host))) return undefined
  const name = text.slice(start, host)
  if (!topLevel(name.slice(name.lastIndexOf('.') + 1).toLowerCase()) || name.length < 4)
    return undefined
  const tail = text.charCodeAt(host)
  if (tail !== 47 && DEGREE.test(name)) return undefined
  const end =
    tail === 47 || tail === 63 || tail === 58 ? trimEnd(text, host, urlEnd(text, host)) : host
  return { start, end, credentials: [] }
}
