import type { Finding } from '../../topology/model/document.ts'
import { isToken } from './char-classes.ts'

/** Shorter values are words as often as they are values. */
const LEAST = 5
/** Values of at least this length are found inside longer tokens too. */
const ANYWHERE = 8
/** Longer values (keys, links) are found by their form wherever they stand. */
const MOST = 64

const WINDOW = (1 << 25) - 1
const BUCKETS = (1 << 13) - 1

// Five characters of five bits: a character has left the sum after five steps, so this is a hash of a sliding window.
const step = (hash: number, code: number): number => ((hash << 5) + code) & WINDOW
const bucket = (hash: number): number => (hash ^ (hash >>> 12)) & BUCKETS

/** Values that begin with the same five characters, by length, longest first. */
type Family = readonly (readonly [number, ReadonlyMap<string, Finding>])[]

const familiesOf = (
  text: string,
  found: readonly Finding[],
): Map<string, Map<number, Map<string, Finding>>> => {
  const families = new Map<string, Map<number, Map<string, Finding>>>()
  for (const finding of found) {
    const length = finding.end - finding.start
    if (length < LEAST || length > MOST) continue
    const value = text.slice(finding.start, finding.end)
    const start = value.slice(0, LEAST)
    let family = families.get(start)
    if (!family) families.set(start, (family = new Map<number, Map<string, Finding>>()))
    let values = family.get(length)
    if (!values) family.set(length, (values = new Map<string, Finding>()))
    if (!values.has(value)) values.set(value, finding)
  }
  return families
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

/**
 * Other places of values that were found: a number that was named once is the same number where nothing names it.
 *
 * One pass with a sliding hash, whatever the number of values. `found` are resolved.
 */
export const findRepeats = (text: string, found: readonly Finding[]): Finding[] => {
  const families = familiesOf(text, found)
  if (families.size === 0) return []
  const starts = new Uint8Array(BUCKETS + 1)
  const sorted = new Map<string, Family>()
  for (const [start, family] of families) {
    let hash = 0
    for (let k = 0; k < LEAST; k++) hash = step(hash, start.charCodeAt(k))
    starts[bucket(hash)] = 1
    sorted.set(
      start,
      [...family].sort(([a], [b]) => b - a),
    )
  }
  const repeats: Finding[] = []
  let next = 0
  let hash = 0
  for (let at = 0; at < text.length; at++) {
    hash = step(hash, text.charCodeAt(at))
    if (starts[bucket(hash)] === 0) continue
    const start = at - LEAST + 1
    while (next < found.length && found[next]!.end <= start) next++
    if (start < 0 || (next < found.length && found[next]!.start <= start)) continue
    const family = sorted.get(text.slice(start, at + 1))
    const origin = family && match(text, start, family)
    if (!origin) continue
    const end = start + origin.end - origin.start
    repeats.push({ start, end, type: origin.type, score: origin.score, recogniser: 'repeat' })
  }
  return repeats
}
