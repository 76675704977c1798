/** One token of RTF. `bytes` is text in the code page in force; a `word` has its number where it has one. */
export type RtfToken =
  | { readonly kind: 'open' | 'close' }
  | { readonly kind: 'word'; readonly name: string; readonly value?: number }
  | { readonly kind: 'symbol'; readonly sign: string }
  | { readonly kind: 'bytes'; readonly bytes: Buffer }

const BACKSLASH = 92
const OPEN = 123
const CLOSE = 125
const QUOTE = 39
const MINUS = 45
const SPACE = 32

/** Letters of a control word and digits of its number, at most. */
const MOST_LETTERS = 32
const MOST_DIGITS = 10

const isLetter = (byte: number): boolean => (byte | 32) >= 97 && (byte | 32) <= 122
const isDigit = (byte: number): boolean => byte >= 48 && byte <= 57

/**
 * Splits RTF into tokens, in one pass. Binary data (`\bin`) is skipped, by no more bytes than there are. Line ends are no text.
 * Broken escapes give nothing; the end of the file closes nothing.
 */
export function* rtfTokens(rtf: Buffer): Generator<RtfToken> {
  let position = 0
  while (position < rtf.length) {
    const byte = rtf[position] ?? 0
    if (byte === OPEN || byte === CLOSE) {
      yield byte === OPEN ? { kind: 'open' } : { kind: 'close' }
      position += 1
    } else if (byte !== BACKSLASH) {
      const end = endOfText(rtf, position)
      const bytes = withoutLineEnds(rtf.subarray(position, end))
      if (bytes.length > 0) yield { kind: 'bytes', bytes }
      position = end
    } else if (isLetter(rtf[position + 1] ?? 0)) {
      const word = readWord(rtf, position + 1)
      position = word.end
      if (word.name === 'bin') position += Math.max(word.value ?? 0, 0)
      else
        yield {
          kind: 'word',
          name: word.name,
          ...(word.value !== undefined && { value: word.value }),
        }
    } else if (rtf[position + 1] === QUOTE) {
      const code = Number.parseInt(rtf.toString('latin1', position + 2, position + 4), 16)
      if (!Number.isNaN(code)) yield { kind: 'bytes', bytes: Buffer.of(code) }
      position += 4
    } else {
      yield { kind: 'symbol', sign: String.fromCharCode(rtf[position + 1] ?? 0) }
      position += 2
    }
  }
}

const endOfText = (rtf: Buffer, start: number): number => {
  let end = start
  for (; end < rtf.length; end += 1) {
    const byte = rtf[end]
    if (byte === BACKSLASH || byte === OPEN || byte === CLOSE) break
  }
  return end
}

const withoutLineEnds = (bytes: Buffer): Buffer =>
  bytes.includes(10) || bytes.includes(13) || bytes.includes(0)
    ? Buffer.from(bytes.filter((byte) => byte !== 10 && byte !== 13 && byte !== 0))
    : bytes

const readWord = (
  rtf: Buffer,
  start: number,
): { readonly name: string; readonly value?: number; readonly end: number } => {
  let end = start
  while (isLetter(rtf[end] ?? 0) && end - start < MOST_LETTERS) end += 1
  const name = rtf.toString('latin1', start, end)
  const digits = end
  if (rtf[end] === MINUS) end += 1
  while (isDigit(rtf[end] ?? 0) && end - digits < MOST_DIGITS) end += 1
  const value = Number.parseInt(rtf.toString('latin1', digits, end), 10)
  if (rtf[end] === SPACE) end += 1
  return Number.isNaN(value) ? { name, end } : { name, value, end }
}
