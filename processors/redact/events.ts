import {
  BRACKET,
  DASH,
  DIGITS,
  DOT,
  EVENTS_SIZE,
  FIRST_TOKEN,
  INSIDE,
  KINDS,
  OTHER,
  SEPARATORS,
  SIGN,
  UNSPACED_LETTER,
} from './kinds.ts'
import { CueIndex } from './recognisers/cues.ts'
import { KEY_STARTS } from './recognisers/secrets.ts'
import type { Policy } from './policy.ts'

// Where a recogniser has to look, told by the kinds of the last four characters: one table is asked, and almost always says that
// there is nothing. The bits of its answers:

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

const COMMON = Uint8Array.from({ length: EVENTS_SIZE }, (_, at) =>
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
    for (let at = 0; at < EVENTS_SIZE; at++)
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
