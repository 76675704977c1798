import { DECOMPOSED, MARKS } from '../character-data.ts'
import { codePointSet, codePointsOf } from '../code-point-set.ts'
import { COMPATIBLE } from '../text-data.ts'
import type { Changes, Normalised } from './normalised.ts'

/** A Unicode normalisation form. */
export type UnicodeForm = 'NFC' | 'NFD' | 'NFKC' | 'NFKD'

/** What a form makes of a text. `leaves` says that a character never changes, nor changes its neighbours. */
export interface FormNormaliser {
  readonly leaves: (point: number) => boolean
  readonly apply: (input: Normalised, changes: Changes) => void
}

const HANGUL = 0xac00
const HANGUL_COUNT = 11_172
const JAMO_L = 0x1100
const JAMO_V = 0x1161
const JAMO_T = 0x11a7

interface Sorted {
  readonly point: number
  /** 0 for the first character of a decomposition, 1 for the others. */
  change: number
  readonly rank: number
}

/** Frozen: which characters decompose comes from the tables, and what they become never changes once assigned. */
export function formNormaliser(form: UnicodeForm): FormNormaliser {
  const ranks = markRanks()
  const set = codePointSet(form === 'NFKC' || form === 'NFKD' ? COMPATIBLE : DECOMPOSED)
  const decomposed = form === 'NFKC' || form === 'NFKD' ? 'NFKD' : 'NFD'
  const composing = form === 'NFC' || form === 'NFKC'
  const pairs = composing ? compositions() : undefined
  const seconds = new Set([...(pairs?.keys() ?? [])].map((key) => key % POINTS))
  const unstable = (point: number): boolean => {
    if (ranks[point]! > 0) return true
    if (composing) return isSecond(seconds, point) || changesByItself(set, point, form)
    return set.has(point)
  }
  return {
    leaves: (point) => !unstable(point),
    apply: (input, changes) => {
      const parts = decompose(input, set.has, decomposed, ranks)
      sortMarks(parts)
      for (const part of pairs === undefined ? parts : compose(parts, pairs)) {
        changes.push(part.point, part.change)
      }
    },
  }
}

const POINTS = 0x110000

/** Rank of the canonical combining class by code point, 0 for starters. */
function markRanks(): Uint8Array {
  const ranks = new Uint8Array(POINTS)
  for (const [index, ranges] of MARKS.entries()) {
    for (const point of codePointsOf(ranges)) ranks[point] = index + 1
  }
  return ranks
}

function isSecond(seconds: ReadonlySet<number>, point: number): boolean {
  const isVowel = point >= JAMO_V && point < JAMO_V + 21
  const isFinal = point > JAMO_T && point < JAMO_T + 28
  return isVowel || isFinal || seconds.has(point)
}

function changesByItself(
  set: { readonly has: (point: number) => boolean },
  point: number,
  form: UnicodeForm,
): boolean {
  if (!set.has(point)) return false
  const character = String.fromCodePoint(point)
  return character.normalize(form) !== character
}

/** Composites by `first * POINTS + second`; Hangul is worked out instead. */
function compositions(): Map<number, number> {
  const pairs = new Map<number, number>()
  for (const point of codePointsOf(DECOMPOSED)) {
    if (point >= HANGUL && point < HANGUL + HANGUL_COUNT) continue
    const composite = String.fromCodePoint(point)
    const parts = Array.from(composite.normalize('NFD'))
    if (parts.length < 2 || composite.normalize('NFC') !== composite) continue
    const second = parts.pop()!.codePointAt(0)!
    const first = parts.join('').normalize('NFC').codePointAt(0)!
    pairs.set(first * POINTS + second, point)
  }
  return pairs
}

function decompose(
  input: Normalised,
  decomposes: (point: number) => boolean,
  form: 'NFD' | 'NFKD',
  ranks: Uint8Array,
): Sorted[] {
  const parts: Sorted[] = []
  for (let i = 0; i < input.length; i++) {
    const point = input.points[i]!
    if (!decomposes(point)) {
      parts.push({ point, change: 0, rank: ranks[point]! })
      continue
    }
    let change = 0
    for (const character of String.fromCodePoint(point).normalize(form)) {
      const part = character.codePointAt(0)!
      parts.push({ point: part, change, rank: ranks[part]! })
      change = 1
    }
  }
  return parts
}

/** Canonical ordering, in place: each run of marks by class, stably. */
function sortMarks(parts: Sorted[]): void {
  for (let i = 0; i < parts.length; i++) {
    if (parts[i]!.rank === 0) continue
    let end = i
    while (end < parts.length && parts[end]!.rank > 0) end++
    if (end - i > 1) {
      const run = parts.slice(i, end).toSorted((a, b) => a.rank - b.rank)
      for (const [k, part] of run.entries()) parts[i + k] = part
    }
    i = end
  }
}

/** Canonical composition: a mark joins the starter before it unless one of its own class or higher stands between. */
function compose(parts: readonly Sorted[], pairs: ReadonlyMap<number, number>): Sorted[] {
  const out: Sorted[] = []
  let starter = -1
  let lastRank = -1
  for (const part of parts) {
    const blocked = lastRank >= part.rank
    const joined =
      starter >= 0 && !blocked ? composed(pairs, out[starter]!.point, part.point) : undefined
    if (joined !== undefined) {
      out[starter] = { point: joined, change: out[starter]!.change + part.change - 1, rank: 0 }
      continue
    }
    if (part.rank === 0) {
      starter = out.length
      lastRank = -1
    } else if (starter >= 0) lastRank = part.rank
    out.push(part)
  }
  return out
}

function composed(
  pairs: ReadonlyMap<number, number>,
  first: number,
  second: number,
): number | undefined {
  const lead = first - JAMO_L
  const vowel = second - JAMO_V
  if (lead >= 0 && lead < 19 && vowel >= 0 && vowel < 21) return HANGUL + (lead * 21 + vowel) * 28
  const syllable = first - HANGUL
  const final = second - JAMO_T
  if (syllable >= 0 && syllable < HANGUL_COUNT && syllable % 28 === 0 && final > 0 && final < 28) {
    return first + final
  }
  return pairs.get(first * POINTS + second)
}
