import type { ParseLimits } from './options.ts'
import { ParseRefusal } from './parse-code.ts'

/** Counts what one file has used of its {@link ParseLimits}. Each function throws a `ParseRefusal` at the limit. */
export interface Budget {
  readonly limits: ParseLimits
  readonly countPart: () => void
  readonly countCharacters: (characters: number) => void
  /** Checks the size of one text before it is read. */
  readonly checkCharacters: (characters: number) => void
  /** Checks a nesting depth, 0 for the file itself. */
  readonly checkDepth: (depth: number) => void
  readonly checkHeader: (bytes: number) => void
  readonly checkPages: (pages: number) => void
  readonly checkElementDepth: (depth: number) => void
}

/** A fresh budget for one file. */
export const createBudget = (limits: ParseLimits): Budget => {
  let parts = 0
  let characters = 0
  const refuseAbove = (
    value: number,
    limit: number,
    code: ConstructorParameters<typeof ParseRefusal>[0],
    what: string,
  ): void => {
    if (value > limit) throw new ParseRefusal(code, `more than ${limit} ${what}`)
  }
  return {
    limits,
    countPart: () => {
      parts += 1
      refuseAbove(parts, limits.parts, 'too-many-parts', 'parts')
    },
    countCharacters: (added) => {
      characters += added
      refuseAbove(characters, limits.characters, 'too-large', 'characters')
    },
    checkCharacters: (added) => refuseAbove(added, limits.characters, 'too-large', 'characters'),
    checkDepth: (depth) => refuseAbove(depth, limits.depth, 'too-deep', 'nested parts'),
    checkHeader: (bytes) =>
      refuseAbove(bytes, limits.headerBytes, 'header-too-large', 'header bytes'),
    checkPages: (pages) => refuseAbove(pages, limits.pages, 'too-many-pages', 'pages'),
    checkElementDepth: (depth) =>
      refuseAbove(depth, limits.elementDepth, 'too-deep', 'nested elements'),
  }
}
