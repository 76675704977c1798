import { LOWERED, WHITESPACE } from '../character-data.ts'
import { codePointSet } from '../code-point-set.ts'
import { literalMatcher, simpleMatcher } from '../split/pattern.ts'
import { STRIPPED } from '../text-data.ts'
import type { NormaliserPart } from '../tokenizer-parts.ts'
import { charsmapNormaliser } from './charsmap.ts'
import { Changes, Normalised } from './normalised.ts'
import { formNormaliser } from './unicode-forms.ts'

/** Whether a stretch of text that is normalised by itself reaches to the beginning and the end of the whole. */
export interface Edges {
  readonly atStart: boolean
  readonly atEnd: boolean
}

/** Writes what becomes of `input` to `output`. */
export type NormaliserStep = (input: Normalised, output: Normalised, edges: Edges) => void

/**
 * How characters find their places in the source. `reference`: as the reference does, which loses count when the first
 * characters of a text are dropped by a precompiled map, so that all others get the places of their neighbours. `whole`: without
 * that, and with white space inside the token that it belongs to.
 */
export type OffsetKind = 'reference' | 'whole'

/** The steps of a normaliser, in order. */
export function normaliserSteps(
  part: NormaliserPart | undefined,
  offsets: OffsetKind = 'reference',
): NormaliserStep[] {
  if (part === undefined) return []
  if (part.type !== 'Sequence') return [stepOf(part, offsets)]
  return part.normalizers.flatMap((each) => normaliserSteps(each, offsets))
}

/** What the steps make of one character in the middle of a text. */
export function normalisedAlone(point: number, steps: readonly NormaliserStep[]): Int32Array {
  let [text, spare] = [new Normalised(), new Normalised()]
  text.push(point, 0, 1)
  for (const step of steps) {
    step(text, spare, { atStart: false, atEnd: false })
    ;[text, spare] = [spare, text]
  }
  return text.points.slice(0, text.length)
}

function stepOf(
  part: Exclude<NormaliserPart, { type: 'Sequence' }>,
  offsets: OffsetKind,
): NormaliserStep {
  switch (part.type) {
    case 'NFC':
    case 'NFD':
    case 'NFKC':
    case 'NFKD':
      return formStep(part.type)
    case 'Lowercase':
      return lowercase()
    case 'StripAccents':
      return filtering(codePointSet(STRIPPED).has)
    case 'Strip':
      return strip(part.strip_left, part.strip_right)
    case 'Replace':
      return replacing(part)
    case 'Prepend':
      return prepending(part.prepend)
    case 'Precompiled':
      return precompiled(part.precompiled_charsmap, offsets)
  }
}

function formStep(form: 'NFC' | 'NFD' | 'NFKC' | 'NFKD'): NormaliserStep {
  const { leaves, apply } = formNormaliser(form)
  const changes = new Changes()
  return (input, output) => {
    for (let i = 0; i < input.length; i++) {
      if (input.points[i]! < 0x80 || leaves(input.points[i]!)) continue
      changes.clear()
      apply(input, changes)
      changes.apply(input, output)
      return
    }
    output.copy(input)
  }
}

function lowercase(): NormaliserStep {
  const lowered = codePointSet(LOWERED).has
  return (input, output) => {
    output.length = 0
    for (let i = 0; i < input.length; i++) {
      const point = input.points[i]!
      const [from, to] = [input.from[i]!, input.to[i]!]
      if (!lowered(point)) output.push(point, from, to)
      else {
        for (const c of String.fromCodePoint(point).toLowerCase()) {
          output.push(c.codePointAt(0)!, from, to)
        }
      }
    }
  }
}

function filtering(drops: (point: number) => boolean): NormaliserStep {
  return (input, output) => {
    output.length = 0
    for (let i = 0; i < input.length; i++) {
      if (!drops(input.points[i]!)) output.push(input.points[i]!, input.from[i]!, input.to[i]!)
    }
  }
}

function strip(left: boolean, right: boolean): NormaliserStep {
  const isSpace = codePointSet(WHITESPACE).has
  return (input, output, { atStart, atEnd }) => {
    let start = 0
    let end = input.length
    if (left && atStart) while (start < end && isSpace(input.points[start]!)) start++
    if (right && atEnd) while (end > start && isSpace(input.points[end - 1]!)) end--
    output.length = 0
    for (let i = start; i < end; i++) output.push(input.points[i]!, input.from[i]!, input.to[i]!)
  }
}

/** What is put in stands for the last character of what it replaces. */
function replacing(part: Extract<NormaliserPart, { type: 'Replace' }>): NormaliserStep {
  const matcher =
    'String' in part.pattern
      ? literalMatcher(part.pattern.String)
      : simpleMatcher(part.pattern.Regex)
  if (matcher === undefined) throw new Error('a pattern that the reader of the file let pass')
  const content = Array.from(part.content, (character) => character.codePointAt(0)!)
  return (input, output) => {
    output.length = 0
    for (let i = 0; i < input.length;) {
      const end = matcher(input.points, i, input.length)
      if (end < 0) {
        output.push(input.points[i]!, input.from[i]!, input.to[i]!)
        i++
        continue
      }
      for (const point of content) output.push(point, input.from[end - 1]!, input.to[end - 1]!)
      i = end
    }
  }
}

/** What is put before a text stands for its first character. */
function prepending(prefix: string): NormaliserStep {
  const points = Array.from(prefix, (character) => character.codePointAt(0)!)
  return (input, output, { atStart }) => {
    output.length = 0
    if (atStart && input.length > 0) {
      for (const point of points) output.push(point, input.from[0]!, input.to[0]!)
    }
    for (let i = 0; i < input.length; i++) {
      output.push(input.points[i]!, input.from[i]!, input.to[i]!)
    }
  }
}

function precompiled(charsmap: string, offsets: OffsetKind): NormaliserStep {
  const { apply } = charsmapNormaliser(charsmap)
  const changes = new Changes()
  return (input, output) => {
    changes.clear()
    apply(input, changes)
    if (offsets === 'reference') changes.removed = 0
    changes.apply(input, output)
  }
}
