import type { ByteRange } from '../../topology/model/member-uri.ts'

const LF = 10
const QUOTE = 34

/** Bytes after which a quote opens a field: line feed, comma, semicolon, tab, bar. */
const BEFORE_FIELD: ReadonlySet<number> = new Set([LF, 44, 59, 9, 124])

/**
 * Finds the records of a stream of any length in constant memory: lines, or with `quoted` the records of a table, whose
 * quoted fields may hold line ends (RFC 4180; a quote inside an unquoted field is text). Ranges include the line end.
 * Records of blanks only are left out.
 */
export async function* splitRecords(
  stream: AsyncIterable<Uint8Array>,
  quoted: boolean,
): AsyncGenerator<ByteRange> {
  let position = 0
  let start = 0
  let inside = false
  let ink = false
  let before = LF
  // After the quote that closes a field, another one means a quote inside it.
  let closed = false
  for await (const piece of stream) {
    for (let index = 0; index < piece.length; index += 1) {
      const byte = piece[index] ?? 0
      if (byte === LF && !inside) {
        const end = position + index + 1
        if (ink) yield { start, end }
        start = end
        ink = false
      } else if (byte === QUOTE && quoted) {
        ink = true
        if (inside) {
          inside = false
          closed = true
          before = byte
          continue
        }
        inside = closed || BEFORE_FIELD.has(before)
      } else if (byte > 32) ink = true
      closed = false
      before = byte
    }
    position += piece.length
  }
  if (ink) yield { start, end: position }
}

/** A line of equals signs that LISTSERV puts between the messages of a log. */
const RULE = /^={20,}\r?\n?$/

/**
 * The messages of a LISTSERV log: what stands between lines of equals signs. Lines longer than a kilobyte are never rules.
 */
export async function* splitMailLog(stream: AsyncIterable<Uint8Array>): AsyncGenerator<ByteRange> {
  let start = 0
  let end = 0
  for await (const line of linesWithHead(stream)) {
    if (RULE.test(line.head)) {
      if (line.start > start && end > start) yield { start, end }
      start = line.end
      end = start
    } else if (line.head.trim() !== '') end = line.end
  }
  if (end > start) yield { start, end }
}

interface LineHead extends ByteRange {
  /** The first bytes of the line, as latin1. */
  readonly head: string
}

const HEAD_BYTES = 1024

async function* linesWithHead(stream: AsyncIterable<Uint8Array>): AsyncGenerator<LineHead> {
  let position = 0
  let start = 0
  let head = ''
  const take = (piece: Buffer, from: number, to: number): void => {
    const room = HEAD_BYTES - head.length
    if (room > 0) head += piece.toString('latin1', from, Math.min(to, from + room))
  }
  for await (const bytes of stream) {
    const piece = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    let from = 0
    for (;;) {
      const found = piece.indexOf(LF, from)
      if (found === -1) break
      take(piece, from, found + 1)
      yield { start, end: position + found + 1, head }
      start = position + found + 1
      head = ''
      from = found + 1
    }
    take(piece, from, piece.length)
    position += piece.length
  }
  if (position > start) yield { start, end: position, head }
}
