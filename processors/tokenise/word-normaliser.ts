import { MARK, VANISHING } from './character-classes.ts'
import type { CharacterClasses } from './character-classes.ts'
import { codePointAt } from './code-point-at.ts'

/**
 * A normalised word in arrays that are reused from word to word. Unit i of the word came from the source units
 * `[from[i], to[i])`, relative to the start of the raw word.
 */
export interface NormalisedWord {
  units: Uint16Array
  from: Int32Array
  to: Int32Array
  /** UTF-16 units. */
  length: number
  /** Code points, which is what a model's limit on word length counts. */
  points: number
}

export type WordNormaliser = (text: string, start: number, end: number) => NormalisedWord

/**
 * Makes a function that normalises one raw word (no white space, no character that stands alone unless it is the only one).
 * Of a word of more than `longest` code points, whose pieces nobody wants, only the beginning is kept, and the place where the
 * last character ends: a line of a hundred megabytes must not take a gigabyte.
 */
export function createWordNormaliser(classes: CharacterClasses, longest: number): WordNormaliser {
  const word: NormalisedWord = {
    units: new Uint16Array(256),
    from: new Int32Array(256),
    to: new Int32Array(256),
    length: 0,
    points: 0,
  }
  return (text, start, end) => {
    word.length = 0
    word.points = 0
    if (needsOrdering(classes, text, start, end)) appendOrdered(classes, word, text, start, end)
    else appendPlain(classes, word, text, start, end, longest)
    return word
  }
}

function appendPlain(
  classes: CharacterClasses,
  word: NormalisedWord,
  text: string,
  start: number,
  end: number,
  longest: number,
): void {
  for (let i = start; i < end;) {
    const point = codePointAt(text, i, end)
    const size = point > 0xffff ? 2 : 1
    if (classOf(classes, point) !== VANISHING && word.points > longest) {
      word.to[word.length - 1] = i - start + size
    } else if (classOf(classes, point) !== VANISHING) {
      const unit = point > 0xffff ? 0 : classes.unitMap[point]!
      if (unit === 0) appendString(word, replacementOf(classes, point), i - start, i - start + size)
      else appendUnit(word, unit, i - start, i - start + size)
    }
    i += size
  }
}

function classOf(classes: CharacterClasses, point: number): number {
  return point > 0xffff ? classes.ofAstral[point - 0x10000]! : classes.ofUnit[point]!
}

function replacementOf(classes: CharacterClasses, point: number): string {
  return classes.replacements.get(point) ?? String.fromCodePoint(point)
}

function needsOrdering(
  classes: CharacterClasses,
  text: string,
  start: number,
  end: number,
): boolean {
  if (classes.markRank.size === 0) return false
  for (let i = start; i < end;) {
    const point = codePointAt(text, i, end)
    if (classOf(classes, point) === MARK) return true
    i += point > 0xffff ? 2 : 1
  }
  return false
}

interface Piece {
  readonly character: string
  /** Worked out when it is taken apart: asked for later, V8 13.6 answers wrongly for pairs once both its compilers have seen it. */
  readonly point: number
  /** True for the second and further characters of a decomposition. */
  readonly inserted: boolean
  readonly rank: number
}

/**
 * Marks that stripping leaves behind are put in canonical order, and the reference hands out source places by position
 * after ordering, not by where a mark came from: so does this.
 */
function appendOrdered(
  classes: CharacterClasses,
  word: NormalisedWord,
  text: string,
  start: number,
  end: number,
): void {
  const sources: (readonly [from: number, to: number])[] = []
  const pieces = decompose(classes, text.slice(start, end), sources)
  let next = 0
  for (const piece of inCanonicalOrder(pieces)) {
    if (!piece.inserted) next++
    const [from, to] = sources[next - 1] ?? [0, 0]
    if (classes.isAccent(piece.point)) continue
    appendString(word, classes.lower(piece.character), from, to)
  }
}

function decompose(
  classes: CharacterClasses,
  raw: string,
  sources: (readonly [from: number, to: number])[],
): Piece[] {
  const pieces: Piece[] = []
  for (let i = 0; i < raw.length;) {
    const point = codePointAt(raw, i, raw.length)
    const size = point > 0xffff ? 2 : 1
    if (!classes.isDropped(point)) {
      let inserted = false
      for (const character of classes.decomposition(point)) {
        const part = codePointAt(character, 0, character.length)
        pieces.push({ character, point: part, inserted, rank: classes.markRank.get(part) ?? 0 })
        inserted = true
      }
      sources.push([i, i + size])
    }
    i += size
  }
  return pieces
}

/** Canonical ordering: each run of marks sorted by class, stably. */
function inCanonicalOrder(pieces: readonly Piece[]): Piece[] {
  const ordered: Piece[] = []
  for (let i = 0; i < pieces.length;) {
    let end = i
    while (end < pieces.length && pieces[end]!.rank > 0) end++
    // Not a spread: a hostile run of marks is longer than a call can take arguments.
    for (const mark of pieces.slice(i, end).toSorted((a, b) => a.rank - b.rank)) ordered.push(mark)
    if (end < pieces.length) ordered.push(pieces[end]!)
    i = end + 1
  }
  return ordered
}

function appendString(word: NormalisedWord, output: string, from: number, to: number): void {
  for (let i = 0; i < output.length; i++) {
    appendUnit(word, output.charCodeAt(i), from, to)
  }
}

function appendUnit(word: NormalisedWord, unit: number, from: number, to: number): void {
  if (word.length === word.units.length) grow(word)
  word.units[word.length] = unit
  word.from[word.length] = from
  word.to[word.length] = to
  word.length++
  // The second half of a pair is not a code point of its own.
  if ((unit & 0xfc00) !== 0xdc00) word.points++
}

function grow(word: NormalisedWord): void {
  const capacity = word.length * 2
  const units = new Uint16Array(capacity)
  const from = new Int32Array(capacity)
  const to = new Int32Array(capacity)
  units.set(word.units)
  from.set(word.from)
  to.set(word.to)
  word.units = units
  word.from = from
  word.to = to
}
