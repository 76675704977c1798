import { Normalised } from '../normalise/normalised.ts'
import type { Matcher } from './pattern.ts'
import type { Scanner } from './scanners.ts'

/** A normalised text and the pieces of it that a model takes one by one: piece i is `[starts[i], ends[i])`. */
export class Pieces {
  text = new Normalised()
  starts: number[] = []
  ends: number[] = []
  private spare = new Normalised()

  /** The whole text is one piece. */
  reset(): void {
    this.starts = this.text.length > 0 ? [0] : []
    this.ends = this.text.length > 0 ? [this.text.length] : []
  }

  /** Divides each piece. `divide` hands out parts of `[start, end)` in order; empty ones are left out. */
  split(
    divide: (start: number, end: number, part: (start: number, end: number) => void) => void,
  ): void {
    const starts: number[] = []
    const ends: number[] = []
    const part = (start: number, end: number): void => {
      if (start === end) return
      starts.push(start)
      ends.push(end)
    }
    for (let i = 0; i < this.starts.length; i++) divide(this.starts[i]!, this.ends[i]!, part)
    this.starts = starts
    this.ends = ends
  }

  /** Writes each piece anew. `write` appends what becomes of `[start, end)` to the text it is given. */
  rewrite(write: (start: number, end: number, output: Normalised) => void): void {
    const output = this.spare
    output.length = 0
    for (let i = 0; i < this.starts.length; i++) {
      const at = output.length
      write(this.starts[i]!, this.ends[i]!, output)
      this.starts[i] = at
      this.ends[i] = output.length
    }
    this.spare = this.text
    this.text = output
  }
}

/** What becomes of the places where a pattern matches, in the words of the file format. */
export type Behaviour =
  'Removed' | 'Isolated' | 'MergedWithPrevious' | 'MergedWithNext' | 'Contiguous'

export function splitByMatches(
  pieces: Pieces,
  matcher: Matcher,
  behaviour: Behaviour,
  inverted: boolean,
): void {
  const { points } = pieces.text
  pieces.split((start, end, part) => {
    const stretches: Stretch[] = []
    const add = (from: number, to: number, isMatch: boolean): void => {
      if (from < to) stretches.push({ start: from, end: to, isMatch: isMatch !== inverted })
    }
    let from = start
    for (let at = start; at < end;) {
      const to = matcher(points, at, end)
      if (to < 0) {
        at++
        continue
      }
      add(from, at, false)
      add(at, to, true)
      from = to
      at = to
    }
    add(from, end, false)
    for (const stretch of merged(stretches, behaviour)) part(stretch.start, stretch.end)
  })
}

interface Stretch {
  start: number
  end: number
  readonly isMatch: boolean
}

function merged(stretches: readonly Stretch[], behaviour: Behaviour): readonly Stretch[] {
  switch (behaviour) {
    case 'Removed':
      return stretches.filter(({ isMatch }) => !isMatch)
    case 'Isolated':
      return stretches
    case 'Contiguous':
      return mergeWhere(stretches, (last, next) => last.isMatch === next.isMatch)
    case 'MergedWithPrevious':
      return mergeWhere(stretches, (last, next) => next.isMatch && !last.isMatch)
    case 'MergedWithNext':
      return mergeWhere(stretches, (last, next) => last.isMatch && !next.isMatch)
  }
}

/** Joins each stretch to the one before it where `joins` says so of the two as they were before any joining. */
function mergeWhere(
  stretches: readonly Stretch[],
  joins: (last: Stretch, next: Stretch) => boolean,
): Stretch[] {
  const out: Stretch[] = []
  for (const [i, stretch] of stretches.entries()) {
    if (i > 0 && joins(stretches[i - 1]!, stretch)) out.at(-1)!.end = stretch.end
    else out.push({ ...stretch })
  }
  return out
}

/** Divides each piece at the ends that a scanner finds. */
export function splitByScanner(pieces: Pieces, scanner: Scanner): void {
  const { points } = pieces.text
  pieces.split((start, end, part) => {
    const text = stringOf(points, start, end)
    let from = start
    let point = start
    for (let unit = 0; unit < text.length;) {
      const next = scanner(text, unit, text.length)
      while (unit < next) unit += points[point++]! > 0xffff ? 2 : 1
      part(from, point)
      from = point
    }
  })
}

/** In steps, as a call can take only so many arguments. */
export function stringOf(points: Int32Array, start: number, end: number): string {
  let text = ''
  for (let i = start; i < end; i += 4096) {
    text += String.fromCodePoint(...points.subarray(i, Math.min(end, i + 4096)))
  }
  return text
}
