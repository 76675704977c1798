import { endianness } from 'node:os'
import { MOST_UNITS, type TextPass, textPass } from './text-pass.ts'

const LITTLE = endianness() === 'LE'
/** Longer texts get an array of their own, which goes with them. */
const KEPT = MOST_UNITS
const kept = textPass?.units ?? new Uint16Array(KEPT)
const keptBytes = Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength)

/** Zeroes behind the units: to look at what follows the last one is no mistake. */
const BEHIND = 4

let lastText: string | undefined
let lastUnits: Uint16Array = kept

/**
 * The UTF-16 units of a text, and a few zeroes. An array is read in half the time of a string, whose representation is
 * looked at anew for each character. Valid until the next call with another text.
 */
export const unitsOf = (text: string): Uint16Array => {
  if (text !== lastText) {
    lastUnits = written(text)
    // Texts with an array of their own go with it.
    lastText = lastUnits === kept ? text : undefined
  }
  return lastUnits
}

/** The pass that can read these units, when there is one. */
export const passOf = (units: Uint16Array): TextPass | undefined =>
  units === kept ? textPass : undefined

const written = (text: string): Uint16Array => {
  const { length } = text
  const units = length + BEHIND <= KEPT ? kept : new Uint16Array(length + BEHIND)
  const bytes = units === kept ? keptBytes : Buffer.from(units.buffer)
  const written = bytes.write(text, 0, length * 2, 'utf16le')
  if (!LITTLE) bytes.subarray(0, written).swap16()
  units.fill(0, length, length + BEHIND)
  return units
}

const draft = new Uint16Array(KEPT)
/** Up to here a loop is quicker than a call. */
const SHORT = 48

/** A text written unit by unit, at most as long as it was said: one array instead of a string per piece. One at a time. */
export class UnitsWriter {
  readonly #units: Uint16Array
  #length = 0

  constructor(most: number) {
    this.#units = most <= KEPT ? draft : new Uint16Array(most)
  }

  copy(units: Uint16Array, from: number, to: number): void {
    if (to - from > SHORT) {
      this.#units.set(units.subarray(from, to), this.#length)
      this.#length += to - from
      return
    }
    for (let at = from; at < to; at++) this.#units[this.#length++] = units[at]!
  }

  write(text: string): void {
    for (let at = 0; at < text.length; at++) this.#units[this.#length++] = text.charCodeAt(at)
  }

  text(): string {
    const bytes = Buffer.from(this.#units.buffer, 0, this.#length * 2)
    if (!LITTLE) bytes.swap16()
    return bytes.toString('utf16le')
  }
}
