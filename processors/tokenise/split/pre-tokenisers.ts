import { PUNCTUATION, WHITESPACE } from '../character-data.ts'
import { codePointSet } from '../code-point-set.ts'
import { NUMBER, WORD } from '../text-data.ts'
import type { PreTokeniserPart } from '../tokenizer-parts.ts'
import { literalMatcher, simpleMatcher } from './pattern.ts'
import type { Matcher } from './pattern.ts'
import { splitByMatches, splitByScanner } from './pieces.ts'
import type { Behaviour, Pieces } from './pieces.ts'
import { gpt2Scanner, scannerFor } from './scanners.ts'
import type { Scanner } from './scanners.ts'

/** Divides pieces further, in place. */
export type PreTokeniser = (pieces: Pieces) => void

const isWhitespace = codePointSet(WHITESPACE).has
const SPACE = 0x20

export function preTokeniserOf(part: PreTokeniserPart): PreTokeniser {
  switch (part.type) {
    case 'Sequence': {
      const steps = part.pretokenizers.map(preTokeniserOf)
      return (pieces) => steps.forEach((step) => step(pieces))
    }
    case 'BertPreTokenizer':
      return inTurn(
        splitting(isWhitespace, 'Removed'),
        splitting(codePointSet(PUNCTUATION).has, 'Isolated'),
      )
    case 'WhitespaceSplit':
      return splitting(isWhitespace, 'Removed')
    case 'Whitespace':
      return byMatcher(wordMatcher(), 'Removed', true)
    case 'Punctuation':
      return splitting(codePointSet(PUNCTUATION).has, part.behavior)
    case 'Digits':
      return splitting(codePointSet(NUMBER).has, part.individual_digits ? 'Isolated' : 'Contiguous')
    case 'CharDelimiterSplit':
      return byMatcher(literalMatcher(part.delimiter), 'Removed', false)
    case 'Split':
      return splitOf(part)
    case 'Metaspace':
      return metaspace(part)
    case 'ByteLevel':
      return byteLevel(part)
  }
}

function inTurn(...steps: readonly PreTokeniser[]): PreTokeniser {
  return (pieces) => steps.forEach((step) => step(pieces))
}

function splitting(has: (point: number) => boolean, behaviour: Behaviour): PreTokeniser {
  return byMatcher((points, at) => (has(points[at]!) ? at + 1 : -1), behaviour, false)
}

function byMatcher(matcher: Matcher, behaviour: Behaviour, inverted: boolean): PreTokeniser {
  return (pieces) => splitByMatches(pieces, matcher, behaviour, inverted)
}

/** `\w+|[^\w\s]+` */
function wordMatcher(): Matcher {
  const isWord = codePointSet(WORD).has
  return (points, at, end) => {
    if (isWhitespace(points[at]!)) return -1
    const word = isWord(points[at]!)
    let i = at
    while (i < end && isWord(points[i]!) === word && !isWhitespace(points[i]!)) i++
    return i
  }
}

function splitOf(part: Extract<PreTokeniserPart, { type: 'Split' }>): PreTokeniser {
  if ('String' in part.pattern) {
    return byMatcher(literalMatcher(part.pattern.String), part.behavior, part.invert)
  }
  const scanner = scannerFor(part.pattern.Regex)
  if (scanner !== undefined) return (pieces) => splitByScanner(pieces, scanner)
  const matcher = simpleMatcher(part.pattern.Regex)
  if (matcher === undefined) throw new Error('a pattern that the reader of the file let pass')
  return byMatcher(matcher, part.behavior, part.invert)
}

function metaspace(part: Extract<PreTokeniserPart, { type: 'Metaspace' }>): PreTokeniser {
  const mark = part.replacement.codePointAt(0)!
  return (pieces) => {
    const { text } = pieces
    pieces.rewrite((start, end, output) => {
      const first = text.points[start]!
      const wanted =
        part.prepend_scheme === 'always' ||
        (part.prepend_scheme === 'first' && text.from[start] === 0)
      if (wanted && first !== mark && first !== SPACE) {
        output.push(mark, text.from[start]!, text.to[start]!)
      }
      for (let i = start; i < end; i++) {
        const point = text.points[i]!
        output.push(point === SPACE ? mark : point, text.from[i]!, text.to[i]!)
      }
    })
    if (part.split)
      splitByMatches(pieces, literalMatcher(part.replacement), 'MergedWithNext', false)
  }
}

/** The bytes themselves are the model's business. */
function byteLevel(part: Extract<PreTokeniserPart, { type: 'ByteLevel' }>): PreTokeniser {
  const scanner: Scanner | undefined = part.use_regex ? gpt2Scanner() : undefined
  return (pieces) => {
    const { text } = pieces
    if (part.add_prefix_space) {
      pieces.rewrite((start, end, output) => {
        if (text.points[start] !== SPACE) output.push(SPACE, text.from[start]!, text.to[start]!)
        for (let i = start; i < end; i++) output.push(text.points[i]!, text.from[i]!, text.to[i]!)
      })
    }
    if (scanner !== undefined) splitByScanner(pieces, scanner)
  }
}
