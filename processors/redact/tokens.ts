import { CLASSES, DIGIT, HEX, LETTER, TOKEN, UNSPACED, isDigit } from './char-classes.ts'
import { PHONE, contextWord } from './context.ts'
import type { ScanPlan } from './events.ts'
import { compoundStreet, postCodeAt } from './recognisers/addresses.ts'
import { walletKind } from './recognisers/crypto.ts'
import { encodedEmail, spelledEmail } from './recognisers/email.ts'
import { ibanEnd } from './recognisers/iban.ts'
import { isVin } from './recognisers/id-checks.ts'
import { macEnd } from './recognisers/ip.ts'
import { nationalIdAt } from './recognisers/national-ids.ts'
import { readNumbers } from './recognisers/numbers.ts'
import { isSeparator } from './recognisers/numeric-run.ts'
import { keyAt, mayBeKey, telegramEnd, wordMayBeKey } from './recognisers/secrets.ts'
import { bareUrl } from './recognisers/urls.ts'
import type { Scan } from './scan.ts'

const SMALL_C = 99
const COLON = 58
const [PERCENT, DIGIT_4, DIGIT_0] = [37, 52, 48]
const DASH = 45
const DOT = 46
const SPACE = 32

const isHexToken = (units: Uint16Array, start: number, end: number): boolean => {
  for (let at = start; at < end; at++) if ((CLASSES[units[at]!]! & HEX) === 0) return false
  return true
}

const readMac = (scan: Scan, start: number, end: number): number => {
  const mark = scan.units[end]!
  if (end - start === 2 ? mark !== COLON && mark !== DASH : end - start !== 4 || mark !== DOT)
    return -1
  if (!isHexToken(scan.units, start, end)) return -1
  const last = macEnd(scan.text, start, mark)
  if (last >= 0) scan.add(start, last, 'MAC_ADDRESS', 95, 'mac')
  return last
}

/** Tokens of letters and digits: IBANs, wallets, keys and identifiers. -1 when it is none. */
const readCode = (scan: Scan, start: number, end: number, bits: number): number => {
  const { text, units } = scan
  if ((bits & DIGIT) !== 0) {
    if (isDigit(units[start + 2]!) && isDigit(units[start + 3]!)) {
      const last = ibanEnd(text, start)
      if (last >= 0) {
        scan.add(start, last, 'IBAN_CODE', 99, 'iban/mod-97')
        return last
      }
    }
    if (end - start >= 26) {
      const wallet = walletKind(text.slice(start, Math.min(end, start + 80)))
      if (wallet && scan.add(start, end, 'CRYPTO', wallet.score, `crypto/${wallet.kind}`))
        return end
    }
  }
  return -1
}

/** The street whose house number begins at `start`. */
const readStreet = (scan: Scan, start: number): void => {
  const match = compoundStreet(scan.text, start)
  if (match) scan.add(match.start, match.end, match.type, match.score, match.recogniser)
}

const readCues = (scan: Scan, { cues }: ScanPlan, start: number, end: number): void => {
  for (const cue of cues.cues(scan.text, start, end) ?? []) {
    const match = cue(scan.text, start, end)
    if (match) scan.add(match.start, match.end, match.type, match.score, match.recogniser)
  }
}

const readIdentifier = (scan: Scan, start: number, end: number): number => {
  if (end - start === 17 && scan.plan.vins && isVin(scan.text.slice(start, end))) {
    scan.add(start, end, 'VIN', 95, 'vin')
    return end
  }
  const match = scan.plan.identifiers ? nationalIdAt(scan, start) : undefined
  if (match) {
    scan.add(start, match.end, match.type, match.score, match.recogniser)
    return Math.max(end, match.end)
  }
  if (end - start >= 6 && end - start <= 20) scan.ask(start, end, 'code')
  return -1
}

const firstDigit = (units: Uint16Array, start: number): number => {
  let at = start
  while (!isDigit(units[at]!)) at++
  return at
}

/** Letters that announce a telephone number stand before the digits `[digit, end)`, and more digits behind them. */
const beginsLabelled = (scan: Scan, start: number, digit: number, end: number): boolean =>
  isSeparator(scan.units[end]!) &&
  isDigit(scan.units[end + 1]!) &&
  (contextWord(scan.policy.context, scan, start, digit).bits & PHONE) !== 0

/** `ann%40example.org`, whose token begins behind the percent sign: where it ends, or -1. */
const readEncodedEmail = (scan: Scan, start: number): number => {
  const { units } = scan
  if (units[start - 1] !== PERCENT || units[start] !== DIGIT_4 || units[start + 1] !== DIGIT_0)
    return -1
  const found = encodedEmail(scan.text, start - 1)
  if (found) scan.add(found[0], found[1], 'EMAIL_ADDRESS', 95, 'email')
  return found ? found[1] : -1
}

/** A token with digits. */
const readMixed = (scan: Scan, start: number, end: number, bits: number): number => {
  const { text, units } = scan
  const email = readEncodedEmail(scan, start)
  if (email >= 0) return email
  if (end - start === 2 || end - start === 4) {
    const mac = readMac(scan, start, end)
    if (mac >= 0) return mac
  }
  if ((bits & LETTER) === 0) {
    if (scan.plan.addresses && end - start <= 4 && units[start - 1]! === SPACE)
      readStreet(scan, start)
    if (end - start >= 8 && units[end]! === COLON) {
      const token = telegramEnd(text, start)
      if (token >= 0 && scan.add(start, token, 'SECRET', 97, 'secret/telegram')) return token
    }
    return Math.max(end, readNumbers(scan, start))
  }
  if (
    scan.plan.addresses &&
    end - start <= 5 &&
    units[start - 1]! === SPACE &&
    isDigit(units[start]!)
  )
    readStreet(scan, start)
  // `CVV2` alone of all cues ends in a digit.
  if (end - start === 4 && (units[start]! | 32) === SMALL_C) readCues(scan, scan.plan, start, end)
  if (mayBeKey(units, start)) {
    const key = keyAt(text, start)
    if (key && scan.add(start, key.end, 'SECRET', 97, `secret/${key.name}`)) return key.end
  }
  if (
    scan.plan.addresses &&
    end - start <= 4 &&
    units[end]! === SPACE &&
    isDigit(units[end + 1]!)
  ) {
    const match = postCodeAt(text, start)
    if (match) scan.add(match.start, match.end, match.type, match.score, match.recogniser)
  }
  const code = readCode(scan, start, end, bits)
  if (code >= 0) return code
  const known = readIdentifier(scan, start, end)
  if (known >= 0) return known
  const digit = firstDigit(units, start)
  // Digits glued to letters: `tel5551234567`, `3639x0135`, `12345678Z`, `Tel04.47.64.53.88`.
  return end - digit >= 4 || digit === start || beginsLabelled(scan, start, digit, end)
    ? Math.max(end, readNumbers(scan, digit))
    : end
}

/** A token of letters. */
const readWord = (scan: Scan, plan: ScanPlan, start: number, end: number): number => {
  const { text, units } = scan
  const first = units[start]!
  if (plan.cues.mayBe(units, start, end)) readCues(scan, plan, start, end)
  if (end - start === 2) {
    const mac = (CLASSES[first]! & HEX) !== 0 ? readMac(scan, start, end) : -1
    if (mac >= 0) return mac
    if ((first | 32) === 97 && (units[start + 1]! | 32) === 116 && units[start - 1]! === SPACE) {
      const found = spelledEmail(text, start)
      if (found) scan.add(found[0], found[1], 'EMAIL_ADDRESS', 70, 'email/spelled')
    }
  } else if (end - start === 6 && text.slice(start, end).toLowerCase() === 'arroba') {
    const found = spelledEmail(text, start)
    if (found) scan.add(found[0], found[1], 'EMAIL_ADDRESS', 70, 'email/spelled')
  }
  if (plan.secrets && wordMayBeKey(units, start, end)) {
    const key = keyAt(text, start)
    if (key && scan.add(start, key.end, 'SECRET', 97, `secret/${key.name}`)) return key.end
  }
  return end
}

const readBareUrl = (scan: Scan, start: number): void => {
  const match = bareUrl(scan, start)
  if (match) scan.add(match.start, match.end, 'URL', 70, 'url/bare')
}

/** A full stop behind a token begins another label. */
const mayBeHost = (units: Uint16Array, start: number, end: number): boolean =>
  units[end] === DOT &&
  (CLASSES[units[end + 1]!]! & TOKEN) !== 0 &&
  (CLASSES[units[start - 1]!]! & TOKEN) === 0

const isSpaced = (code: number): boolean => {
  const kind = CLASSES[code]!
  return (kind & TOKEN) !== 0 && (kind & UNSPACED) === 0
}

/** Where the token begins that `at` is in or behind. */
export const tokenStart = (units: Uint16Array, at: number, floor: number): number => {
  let start = at
  while (start > floor && isSpaced(units[start - 1]!)) start--
  return start
}

/** Reads the token that begins at `start`, and says where reading goes on. */
export const readToken = (scan: Scan, plan: ScanPlan, start: number): number => {
  const { units } = scan
  const kind = CLASSES[units[start]!]!
  let bits = kind
  let end = start + 1
  let code = CLASSES[units[end]!]!
  while ((code & TOKEN) !== 0 && ((code ^ kind) & UNSPACED) === 0) {
    bits |= code
    code = CLASSES[units[++end]!]!
  }
  if (plan.urls && mayBeHost(units, start, end)) readBareUrl(scan, start)
  return (bits & DIGIT) === 0
    ? readWord(scan, plan, start, end)
    : Math.max(start + 1, readMixed(scan, start, end, bits))
}

/** The label before a full stop begins a host's name, if it was not read already. */
export const readHost = (scan: Scan, dot: number, floor: number): void => {
  const start = tokenStart(scan.units, dot, floor)
  if (start < dot && (CLASSES[scan.units[start - 1]!]! & TOKEN) === 0) readBareUrl(scan, start)
}
