import { CLASSES, LETTER, UNSPACED } from './char-classes.ts'
import { type Context, type ContextWord, contextWord, worthALook } from './context.ts'
import {
  LONGEST,
  SURROGATE_DOMAIN,
  SURROGATE_LOCAL,
  placeholderEnd,
  surrogateEnd,
  surrogateStart,
} from './placeholder.ts'
import type { Scan } from './scan.ts'

/** How far context reaches, in words. Digits, punctuation and values that were already found count nothing. */
const WORDS_BEFORE = 7
const WORDS_AFTER = 4
/** How far in characters. */
const REACH = 320
const MAX_WORD = 40
/** How many found values and placeholders are looked through, on both sides together. */
const MAX_JUMPS = 24

/** A stretch that context looks through: a value that was found. Sorted and apart from each other. */
export interface Stretch {
  readonly start: number
  readonly end: number
}

/** Words of a script without spaces that a stretch of letters holds. */
const wordsInside = (letters: string, bits: ReadonlyMap<string, number>): ContextWord[] => {
  const words: ContextWord[] = []
  for (let at = 0; at + 1 < letters.length; at++) {
    for (let size = 7; size >= 2; size--) {
      const word = letters.slice(at, at + size)
      const says = word.length === size ? bits.get(word) : undefined
      if (says !== undefined) words.push({ word, bits: says })
    }
  }
  return words
}

/** First found stretch that ends after `offset`. */
const firstAfter = (found: readonly Stretch[], offset: number): number => {
  let low = 0
  let high = found.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (found[middle]!.end > offset) high = middle
    else low = middle + 1
  }
  return low
}

const AT_SIGN = 64

const isLetter = (units: Uint16Array, at: number): boolean => (CLASSES[units[at]!]! & LETTER) !== 0

/** Collects the words on one side of a place. Distances do not count what was found, nor placeholders and surrogates of addresses. */
class Walk {
  readonly #scan: Scan
  readonly #context: Context
  readonly #text: string
  readonly #units: Uint16Array
  readonly #found: readonly Stretch[]
  readonly words: ContextWord[] = []
  #jumps = MAX_JUMPS

  constructor(scan: Scan, found: readonly Stretch[]) {
    const { policy, text, units } = scan
    this.#scan = scan
    this.#context = policy.context
    this.#text = text
    this.#units = units
    this.#found = found
  }

  #keep(start: number, end: number): void {
    if (!worthALook(this.#context, this.#units, start, end)) return
    if ((CLASSES[this.#units[start]!]! & UNSPACED) !== 0) {
      const letters = this.#text.slice(start, end).toLowerCase()
      this.words.push(...wordsInside(letters, this.#context.bits))
    } else this.words.push(contextWord(this.#context, this.#scan, start, end))
  }

  back(from: number): void {
    const units = this.#units
    let next = firstAfter(this.#found, from) - 1
    if (next >= 0 && this.#found[next]!.end > from) next--
    let reach = REACH
    let left = WORDS_BEFORE
    for (let at = from; ; at = this.#found[next--]!.start) {
      const floor = next >= 0 ? this.#found[next]!.end : 0
      while (at > floor && reach > 0) {
        const end = at--
        if (isLetter(units, at)) {
          const limit = Math.max(floor, end - MAX_WORD)
          while (at > limit && isLetter(units, at - 1)) at--
          const surrogate =
            units[end - SURROGATE_DOMAIN.length - 1] === AT_SIGN
              ? surrogateStart(this.#text, end)
              : -1
          if (surrogate >= floor) {
            at = surrogate
            if (--this.#jumps === 0) return
            continue
          }
          this.#keep(at, end)
          reach -= end - at
          if (--left === 0) return
        } else if (units[at]! === 93) {
          const open = this.#labelStart(at, floor)
          if (open >= 0) at = open
          if (open >= 0 && --this.#jumps === 0) return
        } else reach--
      }
      if (next < 0 || reach <= 0 || --this.#jumps === 0) return
    }
  }

  ahead(from: number): void {
    const units = this.#units
    let next = firstAfter(this.#found, from)
    let reach = REACH
    let left = WORDS_AFTER
    for (let at = from; ; at = this.#found[next++]!.end) {
      const ceiling = next < this.#found.length ? this.#found[next]!.start : this.#text.length
      while (at < ceiling && reach > 0) {
        const start = at++
        const surrogate =
          units[start + SURROGATE_LOCAL] === AT_SIGN ? surrogateEnd(this.#text, start) : -1
        if (surrogate >= 0) {
          at = surrogate
          if (--this.#jumps === 0) return
        } else if (isLetter(units, start)) {
          const limit = Math.min(ceiling, start + MAX_WORD)
          while (at < limit && isLetter(units, at)) at++
          // `110 019 Tel: …`: the word is the label of what comes next.
          if (this.#isLabel(at, ceiling)) return
          this.#keep(start, at)
          reach -= at - start
          if (--left === 0) return
        } else if (units[start]! === 91) {
          const close = placeholderEnd(this.#text, start)
          if (close >= 0) at = close
          if (close >= 0 && --this.#jumps === 0) return
        } else reach--
      }
      if (next >= this.#found.length || reach <= 0 || --this.#jumps === 0) return
    }
  }

  #isLabel(end: number, ceiling: number): boolean {
    const at = this.#units[end]! === 46 ? end + 1 : end
    return at < ceiling && this.#units[at]! === 58
  }

  /** Where a placeholder begins that ends at `at`, or -1. */
  #labelStart(at: number, floor: number): number {
    const least = Math.max(floor, at - LONGEST)
    let open = at - 1
    while (open > least && this.#units[open]! !== 91) open--
    return open < least || placeholderEnd(this.#text, open) !== at + 1 ? -1 : open
  }
}

/** Words near a place that may say something, nearest first, before it and then after it. */
export const wordsAround = (
  scan: Scan,
  start: number,
  end: number,
  found: readonly Stretch[],
): readonly ContextWord[] => {
  const walk = new Walk(scan, found)
  walk.back(start)
  walk.ahead(end)
  return walk.words
}
