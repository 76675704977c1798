import type { Finding } from '../../topology/model/document.ts'
import { isToken } from './char-classes.ts'
import { unitsOf } from './units.ts'

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

const hashAt = (text: string, start: number): number => {
  let hash = 0
  for (let k = 0; k < LEAST; k++) hash = step(hash, text.charCodeAt(start + k))
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

/** A month and a year are an expiry only beside its card: elsewhere they are a date or a chapter. */
const isSearchable = ({ start, end, recogniser }: Finding): boolean =>
  end - start >= LEAST && end - start <= MOST && recogniser !== 'card/expiry'

const search = (text: string, found: readonly Finding[]): Finding[] => {
  const repeats: Finding[] = []
  let families: ReadonlyMap<string, Family> | undefined
  let next = 0
  let hash = 0
  const { length } = text
  const units = unitsOf(text)
  for (let at = 0; at < length; at++) {
    hash = ((hash << 5) + units[at]!) & WINDOW
    const place = (hash ^ (hash >>> 12)) & (SLOTS - 1)
    if (taken[place] === 0) continue
    const slot = slots[place]!
    if (slot !== hash && slot !== SHARED) continue
    const start = at - LEAST + 1
    if (start < 0) continue
    while (next < found.length && found[next]!.end <= start) next++
    if (next < found.length && found[next]!.start <= start) continue
    families ??= familiesOf(text, found)
    const family = families.get(text.slice(start, start + LEAST))
    const origin = family && match(text, start, family)
    if (!origin) continue
    const end = start + origin.end - origin.start
    repeats.push({ start, end, type: origin.type, score: origin.score, recogniser: 'repeat' })
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
  const hashes = values.map(({ start }) => hashAt(text, start))
  hashes.forEach(occupy)
  const repeats = search(text, found)
  for (const hash of hashes) {
    slots[slotOf(hash)] = FREE
    taken[slotOf(hash)] = 0
  }
  return repeats
}
