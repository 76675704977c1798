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
  /** Checks what is claimed to inflate; {@link Budget.countInflated} counts what did. Both over all zips of the file. */
  readonly checkInflated: (bytes: number) => void
  readonly countInflated: (bytes: number) => void
  /** Counts XML that is read. */
  readonly countXml: (bytes: number) => void
  /** False when a further row or cell of a spreadsheet would be one too many. */
  readonly countCell: () => boolean
}

/** A fresh budget for one file of `fileBytes` bytes. */
export const createBudget = (limits: ParseLimits, fileBytes: number): Budget => {
  let parts = 0
  let characters = 0
  let inflated = 0
  let cells = 0
  let xml = 0
  const refuseAbove = (
    value: number,
    limit: number,
    code: ConstructorParameters<typeof ParseRefusal>[0],
    what: string,
  ): void => {
    if (value > limit) throw new ParseRefusal(code, `more than ${limit} ${what}`)
  }
  const checkInflated = (more: number): void => {
    const total = inflated + more
    refuseAbove(total, limits.inflatedBytes, 'expansion', 'inflated bytes')
    if (total > limits.ratioFloorBytes && total > fileBytes * limits.ratio)
      throw new ParseRefusal('expansion', `more than ${limits.ratio} times the packed bytes`)
  }
  return {
    limits,
    checkInflated,
    countInflated: (bytes) => {
      checkInflated(bytes)
      inflated += bytes
    },
    countXml: (bytes) => {
      xml += bytes
      refuseAbove(xml, limits.xmlBytes, 'expansion', 'bytes of XML')
    },
    countCell: () => {
      cells += 1
      return cells <= limits.cells
    },
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
