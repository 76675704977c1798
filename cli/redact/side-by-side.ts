import type { Evidence } from '../../processors/redact/apply.ts'
import { reasonOf } from './explain.ts'

/** A stretch of a line, and whether redaction rewrote it. */
interface Piece {
  readonly text: string
  readonly marked: boolean
}

/** One line of the text before and after, and what was found in it. */
interface Row {
  readonly before: Piece[]
  readonly after: Piece[]
  readonly found: Evidence[]
}

export interface SideBySide {
  readonly before: string
  readonly after: string
  readonly findings: readonly Evidence[]
  /** Offset in the text after of an offset in the text before. */
  readonly toAfter: (offset: number) => number
}

const RED = '\u001B[31m'
const GREEN = '\u001B[32m'
const DIM = '\u001B[2m'
const PLAIN = '\u001B[0m'

/** What moves the cursor of a terminal, or looks like nothing, must not reach it. */
const printable = (text: string) => text.replace(/\r?\n/g, '⏎').replace(/\p{Cc}/gu, ' ')

const rowsOf = ({ before, after, findings, toAfter }: SideBySide): readonly Row[] => {
  const rows: Row[] = [{ before: [], after: [], found: [] }]
  const addPlain = (text: string) => {
    text.split('\n').forEach((line, at) => {
      if (at > 0) rows.push({ before: [], after: [], found: [] })
      const piece = { text: printable(line), marked: false }
      rows.at(-1)!.before.push(piece)
      rows.at(-1)!.after.push(piece)
    })
  }
  let done = 0
  for (const finding of findings) {
    const { start, end } = finding
    addPlain(before.slice(done, start))
    const written = after.slice(toAfter(start), toAfter(end))
    rows.at(-1)!.before.push({ text: printable(before.slice(start, end)), marked: true })
    rows.at(-1)!.after.push({ text: printable(written), marked: true })
    rows.at(-1)!.found.push(finding)
    done = end
  }
  addPlain(before.slice(done))
  return rows
}

/** Pieces cut into lines of at most `width` characters. */
const wrapped = (pieces: readonly Piece[], width: number): Piece[][] => {
  const lines: Piece[][] = [[]]
  let room = width
  for (const { text, marked } of pieces) {
    const characters = Array.from(text)
    while (characters.length > 0) {
      if (room === 0) {
        lines.push([])
        room = width
      }
      const part = characters.splice(0, room)
      room -= part.length
      lines.at(-1)!.push({ text: part.join(''), marked })
    }
  }
  return lines
}

const lengthOf = (pieces: readonly Piece[]) =>
  pieces.reduce((sum, { text }) => sum + Array.from(text).length, 0)

const cell = (pieces: readonly Piece[], colour: string | undefined): string =>
  pieces.map(({ text, marked }) => (marked && colour ? `${colour}${text}${PLAIN}` : text)).join('')

/**
 * The text before and after in two columns, and under each line the reason of every finding in it. Without colours a line with
 * findings is marked by `|`, as `diff --side-by-side` does.
 */
export function* sideBySide(
  texts: SideBySide,
  { width, colours }: { readonly width: number; readonly colours: boolean },
): Generator<string> {
  const column = Math.max(20, Math.floor((width - 3) / 2))
  for (const { before, after, found } of rowsOf(texts)) {
    const [left, right] = [wrapped(before, column), wrapped(after, column)]
    const mark = found.length > 0 ? '|' : ' '
    for (let at = 0; at < Math.max(left.length, right.length); at++) {
      const [one, other] = [left[at] ?? [], right[at] ?? []]
      const pad = ' '.repeat(column - lengthOf(one))
      const line = `${cell(one, colours ? RED : undefined)}${pad} ${mark} ${cell(other, colours ? GREEN : undefined)}`
      yield line.trimEnd()
    }
    for (const finding of found) {
      const { type, score, recogniser, operator } = finding
      const reason = `    ${type} ${score} ${operator}: ${reasonOf(finding)} (${recogniser})`
      yield colours ? `${DIM}${reason}${PLAIN}` : reason
    }
  }
}
