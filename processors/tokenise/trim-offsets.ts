import type { AddedToken } from './added-token.ts'
import { WHITESPACE } from './character-data.ts'
import { codePointAt } from './code-point-at.ts'
import { codePointSet } from './code-point-set.ts'
import type { Trim } from './post-processor.ts'
import type { TokenBuffer } from './token-buffer.ts'

/** Leaves the white space that belongs to a token out of its offsets, or undefined when a file does not ask for that. */
export function offsetTrimmer(
  trims: readonly Trim[],
  pieces: ReadonlyMap<number, string>,
  addedTokens: readonly Pick<AddedToken, 'id'>[],
): ((buffer: TokenBuffer, text: string) => void) | undefined {
  if (trims.length === 0) return undefined
  const spaces = new Map<number, Spaces>()
  for (const [id, piece] of pieces) {
    const found = spacesOf(piece)
    if (found.leading > 0 || found.trailing > 0) spaces.set(id, found)
  }
  // An added token holds what it stripped off its neighbours, which only the text tells.
  const added = new Set(addedTokens.map(({ id }) => id))
  const spacesAt: SpacesAt = (id, text, start, end) =>
    added.has(id) ? spacesOf(text.slice(start, end)) : spaces.get(id)
  return (buffer, text) => {
    for (const { prefixed } of trims) trimOnce(buffer, text, spacesAt, prefixed)
  }
}

type SpacesAt = (id: number, text: string, start: number, end: number) => Spaces | undefined

interface Spaces {
  readonly leading: number
  readonly trailing: number
}

/** How byte-level vocabularies spell a space. */
const SPELT_SPACE = 'Ġ'
const isSpace = codePointSet(WHITESPACE).has

function spacesOf(piece: string): Spaces {
  const characters = Array.from(piece, (character) => {
    return character === SPELT_SPACE || isSpace(character.codePointAt(0)!)
  })
  const leading = characters.indexOf(false)
  const trailing = characters.length - 1 - characters.lastIndexOf(false)
  return { leading: leading < 0 ? characters.length : leading, trailing }
}

/** In code points, as the reference counts: a space that was put before a text stands for its first character. */
function trimOnce(
  { ids, offsets, count }: TokenBuffer,
  text: string,
  spacesAt: SpacesAt,
  prefixed: boolean,
): void {
  for (let i = 0; i < count; i++) {
    const [start, end] = [offsets[2 * i]!, offsets[2 * i + 1]!]
    const found = spacesAt(ids[i]!, text, start, end)
    if (found === undefined) continue
    const putBefore = prefixed && (i === 0 || start === 0) && found.leading === 1
    const from = putBefore ? start : forth(text, start, end, found.leading)
    offsets[2 * i] = from
    const to = back(text, end, found.trailing)
    if (to >= 0) offsets[2 * i + 1] = Math.max(to, from)
  }
}

function forth(text: string, start: number, end: number, points: number): number {
  let at = start
  for (let n = 0; n < points && at < end; n++) at += codePointAt(text, at, end) > 0xffff ? 2 : 1
  return at
}

/** -1 when there are not so many code points. */
function back(text: string, end: number, points: number): number {
  let at = end
  for (let n = 0; n < points; n++) {
    if (at <= 0) return -1
    at -= at > 1 && codePointAt(text, at - 2, at) > 0xffff ? 2 : 1
  }
  return at
}
