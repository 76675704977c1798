import { startWasm, wasmPageBytes, type WasmMemory } from '../../topology/model/wasm-module.ts'
import { SPECIAL } from './char-classes.ts'
import { KINDS } from './kinds.ts'
import { textPassModule } from './text-pass-module.ts'

/** Offsets of units and counts; -1 when there is no place (text-pass.wat). */
interface Module {
  readonly memory: WasmMemory
  readonly places: (from: number, last: number) => number
  readonly special: (from: number, end: number) => number
  readonly beginnings: (from: number, end: number) => number
}

/** Longer texts are rare: they are read unit by unit. */
export const MOST_UNITS = 1 << 18

// What lies where, in bytes: as in text-pass.wat.
const KINDS_AT = wasmPageBytes
const PLACES_AT = 2 * wasmPageBytes
/** Behind a place for each unit; units before the first may be looked at. */
const UNITS_AT = PLACES_AT + 4 * MOST_UNITS + 64
const BEGINNINGS_AT = 27 * wasmPageBytes
/** Characters by which a value is looked for, and halves of a byte. */
const LOOKED_AT = 3
const HALF = 16
/** Above the kind, where the view may differ. */
const MAY_DIFFER = 128
/** A place has its event above its offset. */
export const EVENT_SHIFT = 24

/** A pass over a text by vector instructions, sixteen characters at a time. */
export class TextPass {
  /** Here the text has to be, with zeroes behind it. */
  readonly units: Uint16Array
  /** What {@link find} found. */
  readonly places: Uint32Array
  readonly #module: Module
  readonly #events: Uint8Array
  /** For each of the characters: by its lower half, then by its upper one, one bit for each set of values. */
  readonly #beginnings: Uint8Array
  #known: Uint8Array | undefined

  constructor() {
    this.#module = startWasm<Module>(textPassModule)
    const { buffer } = this.#module.memory
    this.#events = new Uint8Array(buffer, 0, wasmPageBytes)
    this.places = new Uint32Array(buffer, PLACES_AT, MOST_UNITS)
    this.units = new Uint16Array(buffer, UNITS_AT, MOST_UNITS)
    this.#beginnings = new Uint8Array(buffer, BEGINNINGS_AT, 2 * LOOKED_AT * HALF)
    const kinds = KINDS.map((kind, code) => kind | (SPECIAL[code] === 1 ? MAY_DIFFER : 0))
    new Uint8Array(buffer, KINDS_AT, wasmPageBytes).set(kinds)
  }

  /** How many {@link places} from `from` to `last` have an event, told by the table; what stands before `from` is read, too. */
  find(events: Uint8Array, from: number, last: number): number {
    if (events !== this.#known) this.#events.set(events)
    this.#known = events
    return this.#module.places(from, last)
  }

  /** How many {@link places} before `end` have three characters as some of the values, which stand at these places, begin: all of those, and a few others. */
  findBeginnings(starts: readonly number[], end: number): number {
    const sets = this.#beginnings.fill(0)
    for (const [k, start] of starts.entries()) {
      const bit = 1 << (k & 7)
      for (let j = 0; j < LOOKED_AT; j++) {
        const byte = Math.min(this.units[start + j]!, 255)
        sets[2 * j * HALF + (byte & 15)]! |= bit
        sets[(2 * j + 1) * HALF + (byte >> 4)]! |= bit
      }
    }
    return this.#module.beginnings(0, end)
  }

  /** The first unit from `from` on and before `end` that the view may write differently, or -1. */
  special(from: number, end: number): number {
    return this.#module.special(from, end)
  }
}

const start = (): TextPass | undefined => {
  try {
    return new TextPass()
  } catch {
    return undefined
  }
}

/** Left out on machines without vector instructions. */
export const textPass: TextPass | undefined = start()
