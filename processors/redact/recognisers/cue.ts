import type { EntityType } from '../entity-types.ts'

/** A value that a word beside it gives away. */
export interface CueMatch {
  readonly start: number
  readonly end: number
  readonly type: string
  readonly score: number
  readonly recogniser: string
}

/** Reads what stands beside the word `[start, end)` of the text, in a bounded window. */
export type Cue = (text: string, start: number, end: number) => CueMatch | undefined

/** Words in lower case, parted by blanks, and what they announce; `capital` where only with a capital letter. */
export type CueTable = readonly (readonly [
  words: string,
  type: EntityType,
  cue: Cue,
  capital?: 'capital',
])[]

/** The sticky pattern where it begins at `at`; its first group, or all of it. */
export const matchAt = (
  pattern: RegExp,
  text: string,
  at: number,
): readonly [number, number] | undefined => {
  pattern.lastIndex = at
  const match = pattern.exec(text)
  if (!match) return undefined
  if (match[1] === undefined) return [at, pattern.lastIndex]
  const start = at + match[0].lastIndexOf(match[1])
  return [start, start + match[1].length]
}
