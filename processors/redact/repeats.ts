import type { Finding } from '../../topology/model/document.ts'
import { isToken } from './char-classes.ts'
import type { TextPass } from './text-pass.ts'
import { passOf, unitsOf } from './units.ts'

/** Shorter values are words as often as they are values. */
const LEAST = 5
/** Values of at least this length are found inside longer tokens too. */
const ANYWHERE = 8
/** Longer values (keys, links) are found by their form wherever they stand. */
const MOST = 64

const WINDOW = (1 << 25) - 1
const SLOTS = 1 << 13
const FREE = -1
/** Several values share the slot. */
const SHARED = -2

// Five characters of five bits: a character has left the sum after five steps, so this is a hash of a sliding window.
const step = (hash: number, code: number): number => ((hash << 5) + code) & WINDOW
const slotOf = (hash: number): number => (hash ^ (hash >>> 12)) & (SLOTS - 1)

/** Hashes of how values begin. Always left free: making it anew for every text would cost more than the search. */
const slots = new Int32Array(SLOTS).fill(FREE)

const hashAt = (units: Uint16Array, start: number): number => {
  let hash = 0
  for (let k = 0; k < LEAST; k++) hash = step(hash, units[start + k]!)
  return hash
}

/** 1 where a slot is taken: a quarter of the memory to look at. */
const taken = new Uint8Array(SLOTS)

const occupy = (hash: number): void => {
  const slot = slotOf(hash)
  taken[slot] = 1
  slots[slot] = slots[slot] === FREE || slots[slot] === hash ? hash : SHARED
}

/** Values that begin with the same five characters, by length, longest first. */
type Family = readonly (readonly [number, ReadonlyMap<string, Finding>])[]

const familiesOf = (text: string, found: readonly Finding[]): ReadonlyMap<string, Family> => {
  const families = new Map<string, Map<number, Map<string, Finding>>>()
  for (const finding of found) {
    if (!isSearchable(finding)) continue
    const value = text.slice(finding.start, finding.end)
    const start = value.slice(0, LEAST)
    let family = families.get(start)
    if (!family) families.set(start, (family = new Map<number, Map<string, Finding>>()))
    let values = family.get(value.length)
    if (!values) family.set(value.length, (values = new Map<string, Finding>()))
    if (!values.has(value)) values.set(value, finding)
  }
  return new Map(
    [...families].map(([start, family]) => [start, [...family].sort(([a], [b]) => b - a)]),
  )
}

const match = (text: string, at: number, family: Family): Finding | undefined => {
  for (const [length, values] of family) {
    const found = values.get(text.slice(at, at + length))
    if (!found) continue
    const glued =
      (at > 0 && isToken(text.charCodeAt(at - 1))) || isToken(text.charCodeAt(at + length))
    if (length >= ANYWHERE || !glued) return found
  }
  return undefined
}

/** Values beside the text's units, which they are parts of: compared without strings of their own, longest first. */
class FewValues {
  readonly #units: Uint16Array
  readonly #length: number
  readonly #values: readonly Finding[]
  readonly #hashes: readonly number[]

  /** `length` of the text: what lies behind it in the units is of another. */
  constructor(values: readonly Finding[], units: Uint16Array, length: number) {
    this.#units = units
    this.#length = length
    this.#values = [...values].sort((a, b) => b.end - b.start - (a.end - a.start))
    this.#hashes = this.#values.map(({ start }) => hashAt(units, start))
  }

  /** The value that stands at `start` too. */
  at(start: number, hash: number): Finding | undefined {
    const at = this.#hashes.findIndex(
      (other, k) => other === hash && this.#isRepeat(start, this.#values[k]!),
    )
    return this.#values[at]
  }

  #isRepeat(start: number, value: Finding): boolean {
    const units = this.#units
    const length = value.end - value.start
    if (start + length > this.#length) return false
    for (let k = 0; k < length; k++) if (units[start + k] !== units[value.start + k]) return false
    return length >= ANYWHERE || !(isToken(units[start - 1]!) || isToken(units[start + length]!))
  }
}

/** A month and a year are an expiry only beside its card: elsewhere they are a date or a chapter. */
const isSearchable = ({ start, end, recogniser }: Finding): boolean =>
  end - start >= LEAST && end - start <= MOST && recogniser !== 'card/expiry'

/** Some value may begin at `start`. */
const mayBegin = (hash: number): boolean => {
  const place = slotOf(hash)
  if (taken[place] === 0) return false
  const slot = slots[place]!
  return slot === hash || slot === SHARED
}

/** Whether places, in their order, lie outside of what was found. */
class Outside {
  readonly #found: readonly Finding[]
  #next = 0

  constructor(found: readonly Finding[]) {
    this.#found = found
  }

  has(place: number): boolean {
    const found = this.#found
    while (this.#next < found.length && found[this.#next]!.end <= place) this.#next++
    return this.#next === found.length || found[this.#next]!.start > place
  }
}

const repeatAt = (start: number, { start: first, end, type, score }: Finding): Finding => ({
  start,
  end: start + end - first,
  type,
  score,
  recogniser: 'repeat',
})

/** Of more values there are too many beginnings for the pass to be of use, and to be compared one by one. */
const MOST_VALUES = 64

const search = (text: string, found: readonly Finding[], values: readonly Finding[]): Finding[] => {
  const units = unitsOf(text)
  const pass = values.length <= MOST_VALUES ? passOf(units) : undefined
  return pass
    ? searchPlaces(units, text.length, pass, found, values)
    : searchUnits(text, units, found)
}

const searchPlaces = (
  units: Uint16Array,
  length: number,
  pass: TextPass,
  found: readonly Finding[],
  values: readonly Finding[],
): Finding[] => {
  const repeats: Finding[] = []
  const outside = new Outside(found)
  const starts = values.map(({ start }) => start)
  const count = pass.findBeginnings(starts, length - LEAST + 1)
  let few: FewValues | undefined
  for (let k = 0; k < count; k++) {
    const start = pass.places[k]!
    const hash = hashAt(units, start)
    if (!mayBegin(hash) || !outside.has(start)) continue
    few ??= new FewValues(values, units, length)
    const origin = few.at(start, hash)
    if (origin) repeats.push(repeatAt(start, origin))
  }
  return repeats
}

const searchUnits = (text: string, units: Uint16Array, found: readonly Finding[]): Finding[] => {
  const repeats: Finding[] = []
  const outside = new Outside(found)
  let families: ReadonlyMap<string, Family> | undefined
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    hash = step(hash, units[at]!)
    const start = at - LEAST + 1
    if (start < 0 || !mayBegin(hash) || !outside.has(start)) continue
    families ??= familiesOf(text, found)
    const family = families.get(text.slice(start, start + LEAST))
    const origin = family && match(text, start, family)
    if (origin) repeats.push(repeatAt(start, origin))
  }
  return repeats
}

/**
 * Other places of values that were found: a number that was named once is the same number where nothing names it.
 *
 * One pass with a sliding hash, whatever the number of values. `found` are resolved.
 */
export const findRepeats = (text: string, found: readonly Finding[]): Finding[] => {
  const values = found.filter(isSearchable)
  if (values.length === 0) return []
  const units = unitsOf(text)
  const hashes = values.map(({ start }) => hashAt(units, start))
  hashes.forEach(occupy)
  const repeats = search(text, found, values)
  for (const hash of hashes) {
    slots[slotOf(hash)] = FREE
    taken[slotOf(hash)] = 0
  }
  return repeats
}
