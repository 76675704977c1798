/** Half-open ranges of UTF-16 units: sentence `i` is `[bounds[2i], bounds[2i + 1])`, trimmed, never empty. */
export type SentenceBounds = readonly number[]

/** What bounds the work of {@link splitSentences}. */
export interface SentenceLimits {
  /** Stop after this many sentences. */
  readonly maxSentences: number
  /** A sentence is cut, at a space where there is one, before it gets longer than this many UTF-16 units. */
  readonly maxUnits: number
}

/**
 * Cuts `text` into sentences in one pass.
 *
 * A sentence ends after `.`, `!`, `?`, `…` or their full-width forms when a space follows (an ideographic one needs
 * none), at an empty line, and at the end of a short line: chat turns and list items end there, while lines of wrapped
 * prose are long. A full stop after a single letter or a common abbreviation ends nothing.
 *
 * The places of those that only go on with the one before, which was too long, are added to `continued`.
 */
export function splitSentences(
  text: string,
  limits: SentenceLimits,
  continued?: Set<number>,
): SentenceBounds {
  const bounds: number[] = []
  let goesOn = false
  let start = 0
  let lineStart = 0
  let space = -1
  for (let at = 0; at < text.length && bounds.length < limits.maxSentences * 2; at++) {
    const unit = text.charCodeAt(at)
    const kind = unit < 0x80 ? (ASCII_KINDS[unit] as number) : kindOf(unit)
    if (kind === ORDINARY && at + 1 - start < limits.maxUnits) continue
    let end = -1
    if (kind === TERMINATOR) end = endAfterTerminator(text, start, at)
    if (kind === SPACE) {
      space = at
      if (unit === NEWLINE) {
        if (endsAtNewline(text, lineStart, at)) end = at
        lineStart = at + 1
      }
    }
    const tooLong = end < 0 && at + 1 - start >= limits.maxUnits
    if (tooLong) end = space > start ? space : wholeUnit(text, at + 1)
    if (end < 0) continue
    const pushed = pushTrimmed(text, start, end, bounds)
    if (pushed && goesOn) continued?.add(bounds.length / 2 - 1)
    goesOn = tooLong && (pushed || goesOn)
    start = end
  }
  if (bounds.length < limits.maxSentences * 2) {
    const pushed = pushTrimmed(text, start, text.length, bounds)
    if (pushed && goesOn) continued?.add(bounds.length / 2 - 1)
  }
  return bounds
}

const NEWLINE = 0x0a
const FULL_STOP = 0x2e
/** Lines that are shorter do not look wrapped. */
const WRAPPED_UNITS = 50
const ABBREVIATIONS: ReadonlySet<string> = new Set(
  `mr mrs ms dr prof st sr jr vs etc inc ltd co corp no nos fig vol dept approx e.g i.e eg ie cf al bzw z.b d.h usw ca
   art sec para p pp jan feb mar apr jun jul aug sep sept oct nov dec`.split(/\s+/),
)

const ORDINARY = 0
const SPACE = 1
const TERMINATOR = 2
const ASCII_KINDS = Uint8Array.from({ length: 0x80 }, (_, unit) => kindOf(unit))

function kindOf(unit: number): number {
  if (unit <= 0x20) return SPACE
  if (unit === FULL_STOP || unit === 0x21 || unit === 0x3f) return TERMINATOR
  return unit === 0x2026 || isIdeographicStop(unit) ? TERMINATOR : ORDINARY
}

function isIdeographicStop(unit: number): boolean {
  return unit === 0x3002 || unit === 0xff01 || unit === 0xff1f
}

function endsAtNewline(text: string, lineStart: number, at: number): boolean {
  if (at - lineStart < WRAPPED_UNITS) return true
  const next = text.charCodeAt(at + 1)
  return next === NEWLINE || (next === 0x0d && text.charCodeAt(at + 2) === NEWLINE)
}

/** The end of the sentence, closing quotes and brackets included, or -1 when it goes on. */
function endAfterTerminator(text: string, start: number, at: number): number {
  const unit = text.charCodeAt(at)
  let next = at + 1
  while (next < text.length && next <= at + 3 && isClosing(text.charCodeAt(next))) next++
  if (isIdeographicStop(unit)) return next
  if (next < text.length && !isBlank(text.charCodeAt(next))) return -1
  return unit === FULL_STOP && isAbbreviation(text, start, at) ? -1 : next
}

function isClosing(unit: number): boolean {
  return (
    unit === 0x22 ||
    unit === 0x27 ||
    unit === 0x29 ||
    unit === 0x5d ||
    unit === 0x201d ||
    unit === 0x2019 ||
    unit === 0x300d
  )
}

function isAbbreviation(text: string, start: number, stop: number): boolean {
  let from = stop
  while (from > start && stop - from < 6 && text.charCodeAt(from - 1) > 0x20) from--
  if (from > start && text.charCodeAt(from - 1) > 0x20) return false
  const word = text
    .slice(from, stop)
    .replace(/^[("']+/, '')
    .toLowerCase()
  return /^[a-z]$/.test(word) || ABBREVIATIONS.has(word)
}

/** Keeps the two halves of a surrogate pair together. */
function wholeUnit(text: string, end: number): number {
  return (text.charCodeAt(end - 1) & 0xfc00) === 0xd800 ? end - 1 : end
}

function pushTrimmed(text: string, from: number, to: number, bounds: number[]): boolean {
  let start = from
  let end = to
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  if (start < end) bounds.push(start, end)
  return start < end
}

function isBlank(unit: number): boolean {
  return unit <= 0x20 || unit === 0xa0 || unit === 0x3000
}
