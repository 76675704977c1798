import type { ByteRange } from '../../topology/model/member-uri.ts'

const LF = 10
const CR = 13
const SEPARATOR = Buffer.from('\nFrom ')
/** Bytes after a separator that must be at hand to judge it: its line and the start of the next one. */
const LOOKAHEAD = 2048

/** The time of an mbox separator line, as writers really put it: `Tue Jan  2 03:04:05 2024`, zone before or after the year. */
const DATED = /\d{1,2}:\d{2}(?::\d{2})?\b.{0,20}\b\d{4}\b/
/** A separator line without a time: an address alone. */
const ADDRESS_ALONE = /^From (?:[^\s@]{1,200}@[^\s@]{1,200}|-)\s*$/
const HEADER = /^(?:>?From [^\n]*\n)?[!-9;-~]{1,70}[ \t]?:/

/**
 * Finds the messages of an mbox in a stream of any length in constant memory. Ranges start at the separator line and end before
 * the next one. A line that starts with `From ` separates when a header line follows it and it is dated, or follows a blank
 * line and holds an address alone: unquoted `From ` lines in bodies rarely do. Anything before the first separator is one message too.
 */
export async function* splitMbox(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ByteRange> {
  // `window` starts at absolute position `base`; a virtual line feed stands before the file.
  let window = Buffer.from('\n')
  let base = -1
  let start = -1
  let from = 0
  const scan = function* (atEnd: boolean): Generator<ByteRange> {
    for (;;) {
      const found = window.indexOf(SEPARATOR, from)
      if (found === -1) break
      if (!atEnd && window.length - found < LOOKAHEAD) {
        from = found
        return
      }
      from = found + 1
      if (!isSeparator(window, found)) continue
      const position = base + found + 1
      if (start === -1 && (base > 0 || hasInk(window, found))) start = 0
      if (start !== -1) yield { start, end: position }
      start = position
    }
    from = Math.max(from, window.length - SEPARATOR.length + 1)
  }
  for await (const piece of stream) {
    window = window.length === 0 ? Buffer.from(piece) : Buffer.concat([window, piece])
    yield* scan(false)
    // Keep a few bytes before `from`: they tell whether a blank line precedes.
    const drop = Math.max(0, from - 4)
    window = Buffer.from(window.subarray(drop))
    base += drop
    from -= drop
  }
  yield* scan(true)
  const end = base + window.length
  if (end > 0) yield { start: Math.max(start, 0), end }
}

const isSeparator = (window: Buffer, found: number): boolean => {
  const look = window.toString('latin1', found + 1, found + 1 + LOOKAHEAD)
  const lineEnd = look.indexOf('\n')
  if (lineEnd === -1) return false
  if (!HEADER.test(look.slice(lineEnd + 1))) return false
  const line = look.slice(0, Math.min(lineEnd, 500))
  return DATED.test(line) || (followsBlankLine(window, found) && ADDRESS_ALONE.test(line))
}

const followsBlankLine = (window: Buffer, found: number): boolean => {
  if (found === 0) return true
  const before = window[found - 1] === CR ? found - 2 : found - 1
  return before < 0 || window[before] === LF
}

const hasInk = (window: Buffer, end: number): boolean => {
  for (let index = 0; index < end; index += 1) if ((window[index] ?? 0) > 32) return true
  return false
}
