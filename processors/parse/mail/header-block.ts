import type { Budget } from '../budget.ts'

/** Headers that the parser reads; all others are skipped unread. */
const KEPT: ReadonlySet<string> = new Set([
  'subject',
  'from',
  'sender',
  'reply-to',
  'to',
  'cc',
  'bcc',
  'date',
  'message-id',
  'in-reply-to',
  'references',
  'content-type',
  'content-transfer-encoding',
  'content-disposition',
  'content-id',
  'x-rsmf-version',
])

/** Headers that should stand once, but are repeated by mailers with many recipients. */
const LISTS: ReadonlySet<string> = new Set(['to', 'cc', 'bcc'])

/** The kept headers of one part by lower-case name, unfolded, as latin1 bytes-in-a-string; the first of a name wins, lists
 * of recipients are joined. */
export interface HeaderBlock {
  readonly values: ReadonlyMap<string, string>
  /** Where the body starts. */
  readonly bodyStart: number
}

const LF = 10
const CR = 13

/**
 * Reads the header block of a part in `bytes[start, end)`. It ends at the first blank line, or before the first line that can
 * be no header (that line is body then, as Python's e-mail package reads it). A stray line before another header is skipped.
 *
 * @throws ParseRefusal `header-too-large`
 */
export const readHeaderBlock = (
  bytes: Buffer,
  start: number,
  end: number,
  budget: Budget,
): HeaderBlock => {
  const values = new Map<string, string>()
  const lists: string[] = []
  const collect = (name: string, value: string): void => {
    const before = values.get(name)
    if (before === undefined) values.set(name, value.trim())
    else if (LISTS.has(name)) lists.push(name, value.trim())
  }
  let name = ''
  let value = ''
  let position = start
  while (position < end) {
    const lineEnd = endOfLine(bytes, position, end)
    budget.checkHeader(lineEnd - start)
    const first = bytes[position] ?? 0
    const contentEnd = bytes[lineEnd - 1] === CR ? lineEnd - 1 : lineEnd
    if (contentEnd <= position) {
      position = lineEnd + 1
      break
    }
    if (first === 32 || first === 9) {
      if (name !== '') value += bytes.toString('latin1', position, contentEnd)
    } else {
      const colon = colonOf(bytes, position, contentEnd)
      if (colon === -1 && !isStray(bytes, position, lineEnd + 1, end)) break
      if (name !== '') collect(name, value)
      name = colon === -1 ? '' : keptName(bytes, position, colon)
      value = name === '' ? '' : bytes.toString('latin1', colon + 1, contentEnd)
    }
    position = lineEnd + 1
  }
  if (name !== '') collect(name, value)
  if (lists.length > 0) joinLists(values, lists)
  return { values, bodyStart: Math.min(position, end) }
}

/** Adds the values of repeated address headers, given as name, value, name, value, … */
const joinLists = (values: Map<string, string>, lists: readonly string[]): void => {
  for (const name of LISTS) {
    const more = lists.filter((_, index) => index % 2 === 1 && lists[index - 1] === name)
    if (more.length > 0) values.set(name, [values.get(name), ...more].join(', '))
  }
}

/** The index of the line feed that ends the line, or `end`. */
const endOfLine = (bytes: Buffer, position: number, end: number): number => {
  for (let index = position; index < end; index += 1) if (bytes[index] === LF) return index
  return end
}

/** Index of the colon after a well-formed header name (white space before the colon is tolerated), else -1. */
const colonOf = (bytes: Buffer, start: number, end: number): number => {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index] ?? 0
    if (byte === 58) return index > start ? index : -1
    if (byte < 33 || byte === 127)
      return (byte === 32 || byte === 9) && bytes[index + 1] === 58 ? index + 1 : -1
  }
  return -1
}

const LONGEST_NAME = 25

const keptName = (bytes: Buffer, start: number, colon: number): string => {
  if (colon - start > LONGEST_NAME + 1) return ''
  const name = bytes.toString('latin1', start, colon).trimEnd().toLowerCase()
  return KEPT.has(name) ? name : ''
}

/** A line that is no header but stands among headers: an mbox separator, or one before a line that is a header. */
const isStray = (bytes: Buffer, position: number, next: number, end: number): boolean => {
  const start = bytes[position] === 62 ? position + 1 : position
  if (bytes.toString('latin1', start, start + 5) === 'From ') return true
  return colonOf(bytes, next, Math.min(end, next + LONGEST_NAME + 50)) !== -1
}
