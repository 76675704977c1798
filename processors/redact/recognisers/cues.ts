import { ADDRESS_CUES } from './addresses.ts'
import { DETAIL_CUES } from './cued-codes.ts'
import { NAME_CUES } from './names.ts'
import { tableOf } from '../char-classes.ts'
import { isCapital } from './letters.ts'
import type { Cue } from './cue.ts'

const SHAPES = 1 << 14
const SMALL = 1
const CAPITAL = 2

/** A letter without case; those beyond ASCII share what they share. */
const plain = (code: number): number => (code < 128 ? code | 32 : 128)

const shape = (first: number, second: number, last: number, length: number): number =>
  (plain(first) * 1237 + plain(second) * 331 + plain(last) * 61 + length) & (SHAPES - 1)

const CAPITAL_M = 77
const [DOT, SLASH] = [46, 47]
/** `C/`, `C.so`, `V.le`, `P.zza`. */
const SIGNS = tableOf('CVP')

/** A letter that is a cue by itself, with what follows it. */
const isLetterCue = (units: Uint16Array, at: number): boolean => {
  if (units[at] === CAPITAL_M) return true
  const next = units[at + 1]
  return SIGNS[units[at]!] === 1 && (next === SLASH || (next === DOT && units[at + 2]! > 96))
}

/** The words that announce a value of some wanted type. */
export class CueIndex {
  readonly #cues = new Map<string, readonly Cue[]>()
  /** By first two letters, last letter and length. */
  readonly #known = new Uint8Array(SHAPES)

  constructor(wants: (type: string) => boolean) {
    const anyCase = new Set<string>()
    for (const table of [NAME_CUES, ADDRESS_CUES, DETAIL_CUES])
      for (const [words, type, cue, capital] of table)
        for (const word of wants(type) ? words.split(' ') : []) {
          this.#cues.set(word, [...(this.#cues.get(word) ?? []), cue])
          if (capital !== 'capital') anyCase.add(word)
        }
    for (const word of this.#cues.keys()) {
      const last = word.charCodeAt(word.length - 1)
      const at = shape(word.charCodeAt(0), word.charCodeAt(1), last, word.length)
      this.#known[at]! |= anyCase.has(word) ? SMALL | CAPITAL : CAPITAL
    }
  }

  words(): Iterable<string> {
    return this.#cues.keys()
  }

  /** A look at three letters and the length: what it turns down is no cue. */
  mayBe(units: Uint16Array, start: number, end: number): boolean {
    const first = units[start]!
    if (end - start === 1) return isLetterCue(units, start)
    const second = units[start + 1]!
    const known = this.#known[shape(first, second, units[end - 1]!, end - start)]!
    if (known === 0) return false
    if (isCapital(first)) return (known & CAPITAL) !== 0
    // `nAme` is no writing of a name.
    return (known & SMALL) !== 0 && !(first < 128 && second < 128 && isCapital(second))
  }

  /** What the word `[start, end)` announces, in its own order. */
  cues(text: string, start: number, end: number): readonly Cue[] | undefined {
    return this.#cues.get(text.slice(start, end).toLowerCase())
  }
}
