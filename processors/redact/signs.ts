import { CLASSES, HEX, isToken } from './char-classes.ts'
import { placeholderEnd } from './placeholder.ts'
import { bracketedEmail, emailAround, spacedEmail } from './recognisers/email.ts'
import { ipv6Around } from './recognisers/ip.ts'
import { namedByKey } from './recognisers/names.ts'
import { assignedSecret, pemEnd } from './recognisers/secrets.ts'
import { urlAround } from './recognisers/urls.ts'
import type { Scan } from './scan.ts'

const AT = 64
const COLON = 58
const DASH = 45
const EQUALS = 61
const SPACE = 32
const QUOTE = 34
const APOSTROPHE = 39
const SMALL_E = 101

const readAt = (scan: Scan, at: number): number => {
  const found =
    emailAround(scan.text, at) ??
    (scan.units[at - 1]! === SPACE ? spacedEmail(scan.text, at) : undefined)
  if (!found) return at + 1
  scan.add(found[0], found[1], 'EMAIL_ADDRESS', 95, 'email')
  return Math.max(at + 1, found[1])
}

/** Goes on behind a user and password, whose at-sign would read as that of an e-mail address. */
const readUrl = (scan: Scan, at: number): number => {
  const match = urlAround(scan.text, at)
  if (!match) return at + 3
  scan.add(match.start, match.end, 'URL', 90, 'url')
  let next = at + 3
  for (const [start, end] of match.credentials) {
    scan.add(start, end, 'URL_CREDENTIALS', 90, 'url/credentials')
    if (start === at + 3) next = end + 1
  }
  return next
}

const readAssignment = (scan: Scan, at: number): number => {
  if (!scan.plan.secrets) return at + 1
  const found = assignedSecret(scan, at)
  if (!found) return at + 1
  scan.add(found[0], found[1], 'SECRET', 75, 'secret/assigned')
  return at + 1
}

const MOST_OF_KEY = 16
const NAME = [110, 97, 109, 101]

const endsInName = (units: Uint16Array, end: number): boolean =>
  NAME.every((letter, k) => (units[end - NAME.length + k]! | 32) === letter)

/** `"firstName": "Jane"`: a key of JSON before the colon at `at` says that a name follows. */
const readKey = (scan: Scan, at: number): void => {
  const { units } = scan
  const last = units[at - 1]!
  const end = last === QUOTE || last === APOSTROPHE || last === SPACE ? at - 1 : at
  if (units[end - 1] !== SMALL_E || !endsInName(units, end)) return
  let start = end
  while (end - start < MOST_OF_KEY && isToken(units[start - 1]!)) start--
  const found = namedByKey(scan.text, start, end)
  if (found) scan.add(found.start, found.end, found.type, found.score, found.recogniser)
}

const readColon = (scan: Scan, at: number): number => {
  readKey(scan, at)
  const next = scan.units[at + 1]!
  if (next === 47 && scan.units[at + 2]! === 47) return readUrl(scan, at)
  if (next === COLON || (CLASSES[next]! & HEX) !== 0) {
    const address = ipv6Around(scan.text, at)
    if (address) {
      scan.add(address[0], address[1], 'IP_ADDRESS', 95, 'ip/v6')
      return address[1]
    }
  }
  return readAssignment(scan, at)
}

/** What an at-sign, a colon, an equals sign or a square bracket is part of. Says where reading goes on. */
export const readSign = (scan: Scan, at: number): number => {
  switch (scan.units[at]!) {
    case AT:
      return readAt(scan, at)
    case COLON:
      return readColon(scan, at)
    case EQUALS:
      return readAssignment(scan, at)
    default: {
      const label = placeholderEnd(scan.text, at)
      if (label >= 0) return label
      readBracket(scan, at)
      return at + 1
    }
  }
}

const readBracket = (scan: Scan, at: number): void => {
  const found = bracketedEmail(scan.text, at)
  if (found) scan.add(found[0], found[1], 'EMAIL_ADDRESS', 85, 'email/spelled')
}

const PEM_DASHES = 5

/** Behind a bracket, or the last of five dashes: `at` is the letter. */
export const readBehindMark = (scan: Scan, at: number, floor: number): number => {
  if (scan.units[at - 1]! !== DASH) readBracket(scan, at - 1)
  else if (at - PEM_DASHES >= floor) {
    const end = pemEnd(scan.text, at - PEM_DASHES)
    if (end >= 0) scan.add(at - PEM_DASHES, end, 'SECRET', 99, 'secret/pem')
    return end
  }
  return at
}
