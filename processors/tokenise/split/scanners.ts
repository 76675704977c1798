import { codePointAt } from '../code-point-at.ts'
import { IS_BREAK, IS_HEAD, IS_LETTER, IS_NUMBER, IS_SPACE, IS_TAIL } from '../text-classes.ts'
import { textClasses } from '../text-classes.ts'

/** End of the piece that begins at `at`, in UTF-16 units. The pieces of a text lie side by side and leave nothing out. */
export type Scanner = (text: string, at: number, end: number) => number

/** What tells the families of byte-level pre-tokenisers apart. */
interface Family {
  readonly numbers: number
  readonly contractions: 'none' | 'lower' | 'any'
  /** May follow a run of punctuation. */
  readonly afterMarks: string
}

/** `'s`, `'t`, `'re` … in lower case, a space before a word belongs to it. */
const GPT2 = String.raw`'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+`

const ENDINGS = String.raw`(?i:'s|'t|'re|'ve|'m|'ll|'d)`
const NEWER_ENDINGS = String.raw`'(?i:[sdmt]|ll|ve|re)`
const WORD = String.raw`[^\r\n\p{L}\p{N}]?\p{L}+`
const POSSESSIVE_WORD = String.raw`[^\r\n\p{L}\p{N}]?+\p{L}+`
const MARKS = String.raw` ?[^\s\p{L}\p{N}]+[\r\n]*`
const POSSESSIVE_MARKS = String.raw` ?[^\s\p{L}\p{N}]++[\r\n]*`
const MARKS_OR_SLASH = String.raw` ?[^\s\p{L}\p{N}]+[\r\n/]*`
const BREAKS = String.raw`\s*[\r\n]+`
const SPACES = String.raw`\s+(?!\S)|\s+`
const HEADS = String.raw`[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]`
const TAILS = String.raw`[\p{Ll}\p{Lm}\p{Lo}\p{M}]`
const CASED = String.raw`[^\r\n\p{L}\p{N}]?${HEADS}*${TAILS}+`
const CAPITALS = String.raw`[^\r\n\p{L}\p{N}]?${HEADS}+${TAILS}*`

/** The regular expressions of well-known byte-level files, each with a scanner of our own: none backtracks. */
const SCANNERS: readonly (readonly [pattern: string, make: () => Scanner])[] = [
  [GPT2, gpt2Scanner],
  ...[3, 1].flatMap((numbers) => {
    const count = numbers === 1 ? String.raw`\p{N}` : String.raw`\p{N}{1,3}`
    const any: Family = { numbers, contractions: 'any', afterMarks: '\r\n' }
    const plain: Family = { ...any, contractions: 'none' }
    const slash = { ...any, afterMarks: '\r\n/' }
    return [
      entry([ENDINGS, WORD, count, MARKS, BREAKS, SPACES], () => wordScanner(any)),
      entry(
        [NEWER_ENDINGS, POSSESSIVE_WORD, count, POSSESSIVE_MARKS, String.raw`\s*[\r\n]`, SPACES],
        () => wordScanner(any),
      ),
      entry([WORD, count, MARKS, BREAKS, SPACES], () => wordScanner(plain)),
      entry(
        [`${CASED}${ENDINGS}?`, `${CAPITALS}${ENDINGS}?`, count, MARKS_OR_SLASH, BREAKS, SPACES],
        () => casedScanner(slash),
      ),
      entry([CASED, CAPITALS, count, MARKS_OR_SLASH, BREAKS, SPACES], () =>
        casedScanner({ ...slash, contractions: 'none' }),
      ),
    ] as const
  }),
]

function entry(parts: readonly string[], make: () => Scanner): readonly [string, () => Scanner] {
  return [parts.join('|'), make]
}

/** The scanner for a regular expression, or undefined when it is none of the known ones. */
export function scannerFor(pattern: string): Scanner | undefined {
  return SCANNERS.find(([known]) => known === pattern)?.[1]()
}

export function gpt2Scanner(): Scanner {
  const classes = textClasses()
  const runs = runsOver(classes)
  return (text, at, end) => {
    const contraction = contractionEnd(text, at, end, 'lower')
    if (contraction > 0) return contraction
    const space = text.charCodeAt(at) === 0x20 && at + 1 < end
    const first = space ? at + 1 : at
    const kind = classes[codePointAt(text, first, end)]!
    if ((kind & IS_LETTER) !== 0) return runs.run(text, first, end, IS_LETTER)
    if ((kind & IS_NUMBER) !== 0) return runs.run(text, first, end, IS_NUMBER)
    if ((kind & IS_SPACE) === 0) return runs.others(text, first, end)
    return runs.spaces(text, at, end)
  }
}

function wordScanner(family: Family): Scanner {
  const classes = textClasses()
  const runs = runsOver(classes)
  return (text, at, end) => {
    const contraction = contractionEnd(text, at, end, family.contractions)
    if (contraction > 0) return contraction
    const point = codePointAt(text, at, end)
    const kind = classes[point]!
    if ((kind & IS_LETTER) !== 0) return runs.run(text, at, end, IS_LETTER)
    const second = at + sizeOf(point)
    if ((kind & (IS_NUMBER | IS_BREAK)) === 0 && second < end) {
      const next = classes[codePointAt(text, second, end)]!
      if ((next & IS_LETTER) !== 0) return runs.run(text, second, end, IS_LETTER)
    }
    return tailEnd(runs, classes, text, at, end, family)
  }
}

function casedScanner(family: Family): Scanner {
  const classes = textClasses()
  const runs = runsOver(classes)
  return (text, at, end) => {
    const point = codePointAt(text, at, end)
    const prefixed = (classes[point]! & (IS_LETTER | IS_NUMBER | IS_BREAK)) === 0
    const second = at + sizeOf(point)
    let word = prefixed && second < end ? runs.cased(text, second, end) : -1
    if (word < 0) word = runs.cased(text, at, end)
    if (word < 0 && prefixed && second < end) word = runs.capitals(text, second, end)
    if (word < 0) word = runs.capitals(text, at, end)
    if (word < 0) return tailEnd(runs, classes, text, at, end, family)
    const contraction = word < end ? contractionEnd(text, word, end, family.contractions) : -1
    return contraction > 0 ? contraction : word
  }
}

type Runs = ReturnType<typeof runsOver>

/** Numbers, punctuation, line breaks and spaces, when no word begins here. */
function tailEnd(
  runs: Runs,
  classes: Uint8Array,
  text: string,
  at: number,
  end: number,
  family: Family,
): number {
  const kind = classes[codePointAt(text, at, end)]!
  if ((kind & IS_NUMBER) !== 0) return runs.run(text, at, end, IS_NUMBER, family.numbers)
  const first = text.charCodeAt(at) === 0x20 && at + 1 < end ? at + 1 : at
  if ((classes[codePointAt(text, first, end)]! & (IS_SPACE | IS_LETTER | IS_NUMBER)) === 0) {
    let i = runs.others(text, first, end)
    while (i < end && family.afterMarks.includes(text.charAt(i))) i++
    return i
  }
  return runs.breaks(text, at, end)
}

function sizeOf(point: number): number {
  return point > 0xffff ? 2 : 1
}

function runsOver(classes: Uint8Array) {
  const run = (text: string, at: number, end: number, bit: number, most = Infinity): number => {
    let i = at
    for (let count = 0; i < end && count < most; count++) {
      const point = codePointAt(text, i, end)
      if ((classes[point]! & bit) === 0) break
      i += sizeOf(point)
    }
    return i
  }
  const others = (text: string, at: number, end: number): number => {
    let i = at
    while (i < end) {
      const point = codePointAt(text, i, end)
      if ((classes[point]! & (IS_SPACE | IS_LETTER | IS_NUMBER)) !== 0) break
      i += sizeOf(point)
    }
    return i
  }
  /** All white space at the end of a text; elsewhere all but the last, which belongs to what follows, or that alone. */
  const spaces = (text: string, at: number, end: number): number => {
    const after = run(text, at, end, IS_SPACE)
    return after === end || after === at + 1 ? after : after - 1
  }
  /** Up to the last line break in the white space, if there is one. */
  const breaks = (text: string, at: number, end: number): number => {
    for (let i = run(text, at, end, IS_SPACE); i > at; i--) {
      if ((classes[text.charCodeAt(i - 1)]! & IS_BREAK) !== 0) return i
    }
    return spaces(text, at, end)
  }
  /** Any heads, then at least one tail, the longest way: -1 when there is none. */
  const cased = (text: string, at: number, end: number): number => {
    const heads = run(text, at, end, IS_HEAD)
    const tails = run(text, heads, end, IS_TAIL)
    if (tails > heads) return tails
    for (let i = heads; i > at;) {
      const low = (text.charCodeAt(i - 1) & 0xfc00) === 0xdc00 && i - 2 >= at
      const before = low && codePointAt(text, i - 2, end) > 0xffff ? i - 2 : i - 1
      if ((classes[codePointAt(text, before, end)]! & IS_TAIL) !== 0) return i
      i = before
    }
    return -1
  }
  const capitals = (text: string, at: number, end: number): number => {
    const heads = run(text, at, end, IS_HEAD)
    return heads > at ? run(text, heads, end, IS_TAIL) : -1
  }
  return { run, others, spaces, breaks, cased, capitals }
}

/** The long s folds to s, as no other character folds to a letter of an ending. */
const LONG_S = 0x17f

/** End of `'s`, `'t`, `'re`, `'ve`, `'m`, `'ll` or `'d` at this place, or -1. */
function contractionEnd(
  text: string,
  at: number,
  end: number,
  cases: Family['contractions'],
): number {
  if (cases === 'none' || text.charCodeAt(at) !== 0x27 || at + 1 >= end) return -1
  const first = folded(text.charCodeAt(at + 1), cases)
  if (first === 's' || first === 't' || first === 'm' || first === 'd') return at + 2
  const second = at + 2 < end ? folded(text.charCodeAt(at + 2), cases) : ''
  const pair = first + second
  return pair === 're' || pair === 've' || pair === 'll' ? at + 3 : -1
}

function folded(unit: number, cases: Family['contractions']): string {
  if (cases === 'any' && unit === LONG_S) return 's'
  const upper = cases === 'any' && unit >= 0x41 && unit <= 0x5a
  return String.fromCharCode(upper ? unit + 0x20 : unit)
}
