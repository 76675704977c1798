import { ADDRESS_CUES } from './addresses.ts'
import { DETAIL_CUES } from './cued-codes.ts'
import { NAME_CUES } from './names.ts'
import { isCapital } from './letters.ts'
import type { Cue } from './cue.ts'

const BY_WORD = new Map<string, readonly Cue[]>()
/** Words that are cues in small letters too. */
const ANY_CASE = new Set<string>()
for (const table of [NAME_CUES, ADDRESS_CUES, DETAIL_CUES])
  for (const [words, cue, capital] of table)
    for (const word of words.split(' ')) {
      BY_WORD.set(word, [...(BY_WORD.get(word) ?? []), cue])
      if (capital !== 'capital') ANY_CASE.add(word)
    }

const SHAPES = 1 << 14
const SMALL = 1
const CAPITAL = 2

/** A letter without case; those beyond ASCII share what they share. */
const plain = (code: number): number => (code < 128 ? code | 32 : 128)

const shape = (first: number, second: number, last: number, length: number): number =>
  (plain(first) * 1237 + plain(second) * 331 + plain(last) * 61 + length) & (SHAPES - 1)

/** By first two letters, last letter and length. */
const KNOWN = new Uint8Array(SHAPES)
/** By first two letters, both of ASCII. */
const PAIRS = new Uint8Array(1 << 14)
for (const word of BY_WORD.keys()) {
  if (word.length === 1) continue
  const bits = ANY_CASE.has(word) ? SMALL | CAPITAL : CAPITAL
  const last = word.charCodeAt(word.length - 1)
  KNOWN[shape(word.charCodeAt(0), word.charCodeAt(1), last, word.length)]! |= bits
  for (const form of [word, word.toUpperCase(), word.charAt(0).toUpperCase() + word.slice(1)]) {
    const [first, second] = [form.charCodeAt(0), form.charCodeAt(1)]
    if (first > 127 || second > 127) continue
    PAIRS[(first << 7) | second] = first >= 97 ? PAIRS[(first << 7) | second]! | (bits & SMALL) : 1
  }
}

/** `M` is the only letter that is one. */
const CAPITAL_M = 77

/** Some cue begins with these two characters of ASCII; `M` alone is one. */
export const mayBeginCue = (first: number, second: number): boolean =>
  first === CAPITAL_M || PAIRS[(first << 7) | second] !== 0

/** A look at three letters and the length: what it turns down is no cue. */
export const mayBeCue = (units: Uint16Array, start: number, end: number): boolean => {
  const first = units[start]!
  const second = units[start + 1]!
  if (first < 128 && second < 128 && PAIRS[(first << 7) | second] === 0)
    return first === CAPITAL_M && end - start === 1
  if (end - start === 1) return first === CAPITAL_M
  const known = KNOWN[shape(first, second, units[end - 1]!, end - start)]!
  return (known & (isCapital(first) ? CAPITAL : SMALL)) !== 0
}

/** What the word `[start, end)` announces, in its own order. */
export const cuesFor = (text: string, start: number, end: number): readonly Cue[] | undefined =>
  BY_WORD.get(text.slice(start, end).toLowerCase())
