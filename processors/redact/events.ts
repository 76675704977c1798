import { CLASSES, DIGIT, TOKEN, UNDERSCORE, UNSPACED } from './char-classes.ts'
import { CueIndex } from './recognisers/cues.ts'
import { KEY_STARTS } from './recognisers/secrets.ts'
import type { Policy } from './policy.ts'

/**
 * Where a recogniser has to look, told by the last four characters: the scanner's pass asks one table per character, and almost
 * always hears that there is nothing.
 *
 * A character counts as one of 32 kinds. Those below {@link FIRST_TOKEN} stand between tokens.
 */
const OTHER = 0
/** `@`, `:`, `=` and `[`. */
const SIGN = 1
const UNSPACED_LETTER = 2
const DOT = 3
const DASH = 4
/** `(` and `{`. */
const BRACKET = 5
const FIRST_TOKEN = 6
const UNDERSCORES = 30
const DIGITS = 31
const SEPARATORS = [OTHER, SIGN, UNSPACED_LETTER, DOT, DASH, BRACKET]

/** Of one or two letters, which ended before the character at hand. */
export const WORD_OF_1 = 1
export const WORD_OF_2 = 2
/** Of three or more, whose third is the character at hand. */
export const WORD = 4
export const DIGIT_GROUP = 8
export const UNSPACED_WORD = 16
export const SIGN_AT = 32
/** A label behind a token and a full stop. */
export const HOST = 64
/** Behind a bracket, or behind two dashes. */
export const BEHIND_MARK = 128
export const ANY_WORD = WORD_OF_1 | WORD_OF_2 | WORD

/** Small letter, where it is one unit. Sigma has two of them. */
const small = (code: number): number => {
  const lower = String.fromCharCode(code).toLowerCase()
  return lower.length !== 1 ? code : lower === 'ς' ? 0x3c3 : lower.charCodeAt(0)
}

/** `x` counts as `q` and `z` as `j`. */
const ALPHABET = 'abcdefghijklmnopqrstuvwy'

/** Letters beyond ASCII, and two rare ones, share the kinds of others: what looks alike is looked at closely later. */
const letterKind = (code: number): number => {
  const letter = small(code)
  const at = ALPHABET.indexOf(
    letter === 120 ? 'q' : letter === 122 ? 'j' : String.fromCharCode(letter),
  )
  return FIRST_TOKEN + (at < 0 ? letter % ALPHABET.length : at)
}

const kindOf = (code: number): number => {
  const bits = CLASSES[code]!
  if ((bits & DIGIT) !== 0) return DIGITS
  if ((bits & UNDERSCORE) !== 0) return UNDERSCORES
  if ((bits & UNSPACED) !== 0) return UNSPACED_LETTER
  if ((bits & TOKEN) !== 0) return letterKind(code)
  const character = String.fromCharCode(code)
  if ('@:=['.includes(character)) return SIGN
  if ('({'.includes(character)) return BRACKET
  return character === '.' ? DOT : character === '-' ? DASH : OTHER
}

export const KINDS: Uint8Array = Uint8Array.from({ length: 65536 }, (_, code) => kindOf(code))

/** Bits of the kinds of four characters: 15 for the last three, and one that says whether the fourth belongs to a token. */
const SIZE = 1 << 16
const INSIDE = 1 << 15

/** Index into an event table of the last four kinds, five bits each. */
export const eventIndex = (kinds: number): number =>
  (kinds & 0x7fff) | (((((kinds >>> 15) & 31) + 26) << 10) & INSIDE)

const isToken = (kind: number) => kind >= FIRST_TOKEN

const kind = (character: string) => KINDS[character.charCodeAt(0)]!
/** `ann (at) example`: what the word in the bracket begins with, or blanks before it. */
const IN_BRACKET = new Set([...Array.from('aAcC@äÄ', kind), OTHER])

const eventsOf = (third: number, second: number, last: number): number =>
  (last === SIGN ? SIGN_AT : 0) |
  (last === DIGITS && second !== DIGITS ? DIGIT_GROUP : 0) |
  (last === UNSPACED_LETTER && second !== UNSPACED_LETTER ? UNSPACED_WORD : 0) |
  (second === BRACKET && IN_BRACKET.has(last) ? BEHIND_MARK : 0) |
  (third === DASH && second === DASH && last === kind('B') ? BEHIND_MARK : 0)

const isHost = (third: number, second: number, last: number): boolean =>
  second === DOT && isToken(third) && (isToken(last) || last === UNSPACED_LETTER)

const COMMON = Uint8Array.from({ length: SIZE }, (_, at) =>
  eventsOf((at >> 10) & 31, (at >> 5) & 31, at & 31),
)

const markWord = (events: Uint8Array, word: string): void => {
  const [first = 0, second = 0, third = 0] = Array.from(word.slice(0, 3), kind)
  if (!isToken(first)) return
  if (word.length === 1) {
    for (const before of SEPARATORS)
      for (const behind of SEPARATORS)
        for (const inside of [0, INSIDE])
          events[inside | (before << 10) | (first << 5) | behind]! |= WORD_OF_1
  } else if (word.length === 2) {
    for (const behind of SEPARATORS) markPair(events, first, second, behind)
  } else if (!isToken(third)) markPair(events, first, second, third)
  else events[(first << 10) | (second << 5) | third]! |= WORD
}

const markPair = (events: Uint8Array, first: number, second: number, behind: number): void => {
  events[(first << 10) | (second << 5) | behind]! |= WORD_OF_2
}

/** `be:…`, `be-…`: the first byte of a hardware address. */
const markBytes = (events: Uint8Array): void => {
  for (const first of 'abcdef')
    for (const second of 'abcdef')
      for (const behind of [SIGN, DASH]) markPair(events, kind(first), kind(second), behind)
}

/** What a policy makes the scanner look for. */
export interface ScanPlan {
  readonly events: Uint8Array
  readonly cues: CueIndex
  readonly urls: boolean
  readonly secrets: boolean
  readonly cards: boolean
  readonly phones: boolean
  readonly nationalIds: boolean
  readonly addresses: boolean
  /** National identifiers or medical ones. */
  readonly identifiers: boolean
  readonly vins: boolean
}

const makePlan = ({ threshold }: Policy): ScanPlan => {
  const wants = (type: string) => threshold(type) <= 100
  const events = COMMON.slice()
  const cues = new CueIndex(wants)
  const urls = wants('URL')
  if (urls)
    for (let at = 0; at < SIZE; at++)
      if (isHost((at >> 10) & 31, (at >> 5) & 31, at & 31)) events[at]! |= HOST
  markBytes(events)
  for (const word of cues.words()) markWord(events, word)
  if (wants('EMAIL_ADDRESS')) for (const word of ['at', 'arroba']) markWord(events, word)
  const secrets = wants('SECRET')
  if (secrets) for (const start of KEY_STARTS) markWord(events, start)
  return {
    events,
    cues,
    urls,
    secrets,
    cards: wants('CREDIT_CARD'),
    phones: wants('PHONE_NUMBER'),
    nationalIds: wants('NATIONAL_ID'),
    identifiers: wants('NATIONAL_ID') || wants('MEDICAL_ID'),
    addresses: wants('ADDRESS'),
    vins: wants('VIN'),
  }
}

const plans = new WeakMap<Policy, ScanPlan>()

export const planOf = (policy: Policy): ScanPlan => {
  let plan = plans.get(policy)
  if (!plan) plans.set(policy, (plan = makePlan(policy)))
  return plan
}
