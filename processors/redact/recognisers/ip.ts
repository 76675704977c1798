import { isIPv6 } from 'node:net'
import { CLASSES, HEX, isToken } from '../char-classes.ts'
import type { NumericRun } from './numeric-run.ts'

const octet = (digits: string) =>
  digits.length <= 3 && Number(digits) <= 255 && (digits === '0' || !digits.startsWith('0'))

// 240.0.0.0/4 is reserved (RFC 1112 §4) and no host has an address in it; 0.0.0.0/8 and masks are no addresses either.
const assignable = (first: number) => first > 0 && first < 240

const AFTER_VERSION = /(?:^|[^\p{L}])(?:v|ver|version|release|build|firmware)\.?[ :]{0,2}$/iu

/** True when groups `from` to `from + 3` are a dotted IPv4 address. */
export const isIpv4 = (run: NumericRun, from: number): boolean => {
  if (from + 3 >= run.count || run.gap[from + 3] === 46) return false
  if (from > 0 && run.gap[from - 1] === 46) return false
  for (let k = from; k < from + 3; k++) if (run.gap[k] !== 46) return false
  for (let k = from; k <= from + 3; k++) if (!octet(run.digits(k, k))) return false
  if (!assignable(Number(run.digits(from, from)))) return false
  const start = run.start[from]!
  return !AFTER_VERSION.test(run.text.slice(Math.max(0, start - 12), start))
}

const MAX_IPV6 = 45
const isHexOrColon = (code: number) => (CLASSES[code]! & HEX) !== 0 || code === 58 || code === 46

/** Cheap: two colons together, or seven of them. A time of day has neither. */
const mayBeIpv6 = (text: string, start: number, end: number): boolean => {
  let colons = 0
  for (let at = start; at < end; at++) {
    if (text.charCodeAt(at) !== 58) continue
    if (text.charCodeAt(at + 1) === 58) return true
    colons++
  }
  return colons >= 6
}

/** The IPv6 address (RFC 4291 §2.2) around the colon at `colon`, as start and end. */
export const ipv6Around = (text: string, colon: number): readonly [number, number] | undefined => {
  let start = colon
  while (
    start > 0 &&
    colon - start < MAX_IPV6 &&
    (CLASSES[text.charCodeAt(start - 1)]! & HEX) !== 0
  )
    start--
  if (
    colon - start > 4 ||
    (start > 0 && (isToken(text.charCodeAt(start - 1)) || text.charCodeAt(start - 1) === 58))
  )
    return undefined
  let end = colon
  while (end < text.length && end - start <= MAX_IPV6 && isHexOrColon(text.charCodeAt(end))) end++
  if (end < text.length && isToken(text.charCodeAt(end))) return undefined
  while (
    end > colon &&
    (text.charCodeAt(end - 1) === 46 ||
      (text.charCodeAt(end - 1) === 58 && text.charCodeAt(end - 2) !== 58))
  )
    end--
  if (!mayBeIpv6(text, start, end)) return undefined
  const value = text.slice(start, end)
  // `a::b` is C++ as often as it is an address: at least three groups, or a digit in a group of three and more.
  if (!isIPv6(value) || !/\d/.test(value) || value.replaceAll(':', '').length < 5) return undefined
  return [start, end]
}

const MAC_COLON = /(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z:])/y
const MAC_DASH = /(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}(?![0-9A-Za-z-])/y
const MAC_DOT = /(?:[0-9A-Fa-f]{4}\.){2}[0-9A-Fa-f]{4}(?![0-9A-Za-z.])/y

/** End of the hardware address that begins at `start`, or -1. `mark` is what stands after its first group. */
export const macEnd = (text: string, start: number, mark: number): number => {
  const pattern = mark === 58 ? MAC_COLON : mark === 45 ? MAC_DASH : MAC_DOT
  const before = text.charCodeAt(start - 1)
  // The tail of a longer row of bytes: a fingerprint.
  if (before === mark && (CLASSES[text.charCodeAt(start - 2)]! & HEX) !== 0) return -1
  pattern.lastIndex = start
  if (!pattern.test(text)) return -1
  const value = text.slice(start, pattern.lastIndex)
  // Three groups of four digits are as likely a number: a letter must be there.
  return mark === 46 && !/[A-Fa-f]/.test(value) ? -1 : pattern.lastIndex
}
