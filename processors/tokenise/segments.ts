import { normalisedAlone, normaliserSteps } from './normalise/normalisers.ts'
import { stepsOf } from './piece-file.ts'
import type { PieceFile } from './piece-file.ts'
import { simpleMatcher } from './split/pattern.ts'
import { scannerFor } from './split/scanners.ts'
import type { NormaliserPart, PreTokeniserPart } from './tokenizer-parts.ts'

/** End of the segment that begins at `from`: the next place, up to `to`, that no step of the file looks across. */
export type SegmentEnd = (text: string, from: number, to: number) => number

const SPACE = 0x20
const FIRST_VISIBLE = 0x21
const AFTER_VISIBLE = 0x7f

/** Segments end before a space behind a visible ASCII character; undefined when some step looks across such places. */
export function segmentEnds(file: PieceFile): SegmentEnd | undefined {
  const steps = stepsOf(file.preTokeniser)
  const isLocal = normalisersOf(file.normaliser).every(looksNowhere) && steps.every(dividesLocally)
  if (!isLocal || !steps.some(dividesBeforeSpace)) return undefined
  const breaks = lastingCharacters(file)
  return (text, from, to) => {
    for (let i = from + 1; i < to; i++) {
      if (text.charCodeAt(i) === SPACE && breaks[text.charCodeAt(i - 1)] === 1) return i
    }
    return to
  }
}

type OneNormaliser = Exclude<NormaliserPart, { type: 'Sequence' }>
type OneStep = Exclude<PreTokeniserPart, { type: 'Sequence' }>

function normalisersOf(part: NormaliserPart | undefined): OneNormaliser[] {
  if (part === undefined) return []
  return part.type === 'Sequence' ? part.normalizers.flatMap(normalisersOf) : [part]
}

function looksNowhere(part: OneNormaliser): boolean {
  return part.type !== 'Replace' || staysInside(part.pattern)
}

/** No match of the pattern goes over the end of a segment. */
function staysInside(pattern: { readonly String: string } | { readonly Regex: string }): boolean {
  if ('String' in pattern) return !/[!-~] /.test(pattern.String)
  const matcher = simpleMatcher(pattern.Regex)
  if (matcher === undefined) return scannerFor(pattern.Regex) !== undefined
  const pair = Int32Array.of(0, SPACE)
  for (let point = FIRST_VISIBLE; point < AFTER_VISIBLE; point++) {
    pair[0] = point
    if (matcher(pair, 0, 1) === 1 && matcher(pair, 1, 2) === 2) return false
    if (matcher(pair, 0, 2) === 2) return false
  }
  return true
}

function dividesLocally(step: OneStep): boolean {
  switch (step.type) {
    case 'Split':
      return (
        step.behavior !== 'MergedWithNext' &&
        step.behavior !== 'MergedWithPrevious' &&
        staysInside(step.pattern)
      )
    case 'Punctuation':
      return (
        step.behavior === 'Isolated' ||
        step.behavior === 'Removed' ||
        step.behavior === 'Contiguous'
      )
    case 'Metaspace':
      return step.split
    default:
      return true
  }
}

function dividesBeforeSpace(step: OneStep): boolean {
  switch (step.type) {
    case 'WhitespaceSplit':
    case 'Whitespace':
    case 'BertPreTokenizer':
    case 'Metaspace':
      return true
    case 'ByteLevel':
      return step.use_regex
    case 'Split':
      return 'Regex' in step.pattern && scannerFor(step.pattern.Regex) !== undefined
    default:
      return false
  }
}

/** Visible ASCII characters that the normaliser leaves visible, by code point. */
function lastingCharacters(file: PieceFile): Uint8Array {
  const lasting = new Uint8Array(0x10000)
  const steps = normaliserSteps(file.normaliser)
  for (let point = FIRST_VISIBLE; point < AFTER_VISIBLE; point++) {
    const [only, more] = normalisedAlone(point, steps)
    if (more === undefined && only! >= FIRST_VISIBLE && only! < AFTER_VISIBLE) lasting[point] = 1
  }
  return lasting
}
