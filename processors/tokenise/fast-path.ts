import { codePointAt } from './code-point-at.ts'
import type { PieceModel } from './model/model.ts'
import { Normalised } from './normalise/normalised.ts'
import { normalisedAlone, normaliserSteps } from './normalise/normalisers.ts'
import { formNormaliser } from './normalise/unicode-forms.ts'
import type { UnicodeForm } from './normalise/unicode-forms.ts'
import { stepsOf } from './piece-file.ts'
import type { PieceFile } from './piece-file.ts'
import type { PlainTokeniser } from './piece-tokeniser.ts'
import { segmentEnds } from './segments.ts'
import type { SegmentEnd } from './segments.ts'
import { gpt2Scanner, scannerFor } from './split/scanners.ts'
import type { Scanner } from './split/scanners.ts'
import type { StretchTokeniser } from './stretch-tokeniser.ts'
import type { TokenBuffer } from './token-buffer.ts'
import { createWordCache } from './word-cache.ts'

/**
 * Goes around the steps of a file where that changes nothing: byte-level pieces are found in the raw text, and elsewhere
 * the text is taken in segments that no step looks across. Either way what was seen before comes from a cache.
 */
export function fastPath(
  file: PieceFile,
  model: PieceModel,
  plain: PlainTokeniser,
  buffer: TokenBuffer,
): StretchTokeniser {
  const whole: StretchTokeniser = (text, from, to) =>
    plain(text, from, to, { atStart: true, atEnd: true })
  const segmentEnd = segmentEnds(file)
  if (file.addedTokens.some(({ normalised }) => normalised) || segmentEnd === undefined)
    return whole
  const scanner = rawScanner(file)
  const form = formOf(file)
  if (scanner === undefined || form === null) {
    const kept = firstKept(file)
    const segments = bySegments(plain, segmentEnd, buffer)
    return (text, from, to) => (kept(text, from, to) ? segments : whole)(text, from, to)
  }
  return byPieces({ scanner, form, segmentEnd, plain, model, buffer, prefixes: putsSpace(file) })
}

type StretchTest = (text: string, from: number, to: number) => boolean

/** The scanner that alone divides the text into pieces of bytes. */
function rawScanner(file: PieceFile): Scanner | undefined {
  const steps = stepsOf(file.preTokeniser)
  const last = steps.at(-1)
  if (last?.type !== 'ByteLevel') return undefined
  if (steps.length === 1) return last.use_regex ? gpt2Scanner() : undefined
  const [first] = steps
  if (steps.length > 2 || last.use_regex || last.add_prefix_space) return undefined
  if (first?.type !== 'Split' || !('Regex' in first.pattern)) return undefined
  return scannerFor(first.pattern.Regex)
}

function putsSpace(file: PieceFile): boolean {
  return stepsOf(file.preTokeniser).some(
    (step) => step.type === 'ByteLevel' && step.add_prefix_space,
  )
}

/** The form that the text is in, undefined when any will do, null when the normaliser does more than that. */
function formOf(file: PieceFile): UnicodeForm | undefined | null {
  const { normaliser } = file
  if (normaliser === undefined) return undefined
  switch (normaliser.type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return normaliser.type
    default:
      return null
  }
}

/** FNV-1a over UTF-16 units. */
function hashOf(text: string, start: number, end: number): number {
  let hash = 0x811c9dc5
  for (let i = start; i < end; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193)
  return hash
}

/** Longer ones are not cached, so need no hash. */
const LONGEST_CACHED = 64

function bySegments(
  plain: PlainTokeniser,
  segmentEnd: SegmentEnd,
  buffer: TokenBuffer,
): StretchTokeniser {
  const cache = createWordCache()
  return (text, from, to) => {
    for (let start = from; start < to;) {
      const end = segmentEnd(text, start, to)
      const edges = { atStart: start === from, atEnd: end === to }
      if (edges.atStart || edges.atEnd || end - start > LONGEST_CACHED)
        plain(text, start, end, edges)
      else {
        const hash = hashOf(text, start, end)
        if (!cache.recall(text, start, end, hash, buffer)) {
          const first = buffer.count
          plain(text, start, end, edges)
          cache.remember(text, start, end, hash, buffer, first)
        }
      }
      start = end
    }
  }
}

/**
 * Says whether the first character of a text leaves something behind. Where it does not, the reference gives all characters
 * after it the places of their neighbours, so the text has to be taken as a whole.
 */
function firstKept(file: PieceFile): StretchTest {
  const steps = normaliserSteps(file.normaliser)
  const known = new Map<number, boolean>()
  return (text, from, to) => {
    const point = from < to ? codePointAt(text, from, to) : SPACE
    let kept = known.get(point)
    if (kept === undefined) {
      kept = normalisedAlone(point, steps).length > 0
      known.set(point, kept)
    }
    return kept
  }
}

interface Parts {
  readonly scanner: Scanner
  readonly form: UnicodeForm | undefined
  readonly segmentEnd: SegmentEnd
  readonly plain: PlainTokeniser
  readonly model: PieceModel
  readonly buffer: TokenBuffer
  /** A space is put before a text that does not begin with one. */
  readonly prefixes: boolean
}

function byPieces(parts: Parts): StretchTokeniser {
  const { segmentEnd, plain, prefixes } = parts
  const scan = scanPieces(parts)
  const unstable = parts.form === undefined ? undefined : unstableIn(parts.form)
  return (text, from, to) => {
    let start = from
    if (prefixes && from < to && text.charCodeAt(from) !== SPACE) {
      start = segmentEnd(text, from, to)
      plain(text, from, start, { atStart: true, atEnd: start === to })
    }
    if (unstable === undefined || !unstable(text, start, to)) {
      scan(text, start, to)
      return
    }
    while (start < to) {
      const end = segmentEnd(text, start, to)
      if (unstable(text, start, end)) {
        plain(text, start, end, { atStart: start === from, atEnd: end === to })
      } else scan(text, start, end)
      start = end
    }
  }
}

const SPACE = 0x20

function scanPieces({ scanner, model, buffer, prefixes }: Parts): StretchTokeniser {
  const cache = createWordCache()
  const piece = new Normalised()
  return (text, from, to) => {
    for (let start = from; start < to;) {
      const end = scanner(text, start, to)
      const short = end - start <= LONGEST_CACHED
      const hash = short ? hashOf(text, start, end) : 0
      if (!cache.recall(text, start, end, hash, buffer)) {
        const first = buffer.count
        piece.load(text, start, end)
        model(piece, 0, piece.length, buffer)
        if (!prefixes || text.charCodeAt(start) === SPACE) buffer.mark(first)
        cache.remember(text, start, end, hash, buffer, first)
      }
      start = end
    }
  }
}

/** Says whether a form could change anything in a text. */
function unstableIn(form: UnicodeForm): StretchTest {
  const { leaves } = formNormaliser(form)
  const stable = new Uint8Array(0x10000)
  for (let point = 0; point < 0x10000; point++) stable[point] = leaves(point) ? 1 : 0
  return (text, from, to) => {
    for (let i = from; i < to; i++) {
      const unit = text.charCodeAt(i)
      if ((unit & 0xfc00) !== 0xd800) {
        if (stable[unit] === 0) return true
        continue
      }
      const point = codePointAt(text, i, to)
      if (point > 0xffff) i++
      if (!leaves(point)) return true
    }
    return false
  }
}
