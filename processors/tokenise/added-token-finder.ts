import type { AddedToken } from './added-token.ts'
import { WHITESPACE } from './character-data.ts'
import { codePointSet } from './code-point-set.ts'
import { BESIDE } from './text-data.ts'

/** An added token found in a text, in UTF-16 units, with the white space that belongs to it. */
export interface AddedTokenMatch {
  readonly id: number
  readonly start: number
  readonly end: number
}

export type AddedTokenFinder = (text: string) => Iterable<AddedTokenMatch>

const isSpace = codePointSet(WHITESPACE).has

type Wanted = Pick<AddedToken, 'id' | 'content' | 'singleWord' | 'leftStrip' | 'rightStrip'>

/** Finds added tokens: leftmost first, the longest where several begin at one place. */
export function createAddedTokenFinder(tokens: readonly Wanted[]): AddedTokenFinder {
  if (tokens.length === 0) return () => []
  const isWord = tokens.some(({ singleWord }) => singleWord)
    ? codePointSet(BESIDE).has
    : () => false
  const byContent = new Map(tokens.map((token) => [token.content, token]))
  const longestFirst = [...byContent.keys()].toSorted((a, b) => b.length - a.length)
  // Literals only, so matching is linear. The unicode flag keeps a match from beginning inside a surrogate pair.
  const pattern = new RegExp(longestFirst.map(escape).join('|'), 'gu')
  return function* find(text) {
    let taken = 0
    for (const match of text.matchAll(pattern)) {
      const token = byContent.get(match[0])!
      if (token.singleWord && touchesWord(text, match.index, match[0].length, isWord)) continue
      const start = token.leftStrip ? spacesBefore(text, match.index, taken) : match.index
      const matchEnd = match.index + match[0].length
      const end = token.rightStrip ? spacesAfter(text, matchEnd) : matchEnd
      taken = end
      yield { id: token.id, start, end }
    }
  }
}

function touchesWord(
  text: string,
  at: number,
  length: number,
  isWord: (point: number) => boolean,
): boolean {
  const before = Array.from(text.slice(Math.max(0, at - 2), at))
    .at(-1)
    ?.codePointAt(0)
  const after = text.codePointAt(at + length)
  return (before !== undefined && isWord(before)) || (after !== undefined && isWord(after))
}

function escape(literal: string): string {
  return literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&')
}

function spacesBefore(text: string, from: number, noFurtherThan: number): number {
  let start = from
  while (start > noFurtherThan && isSpace(text.charCodeAt(start - 1))) start--
  return start
}

function spacesAfter(text: string, from: number): number {
  let end = from
  while (end < text.length && isSpace(text.charCodeAt(end))) end++
  return end
}
