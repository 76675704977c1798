import { createAddedTokenFinder } from './added-token-finder.ts'
import { WHITESPACE } from './character-data.ts'
import { codePointSet } from './code-point-set.ts'
import { createBytePair } from './model/byte-pair.ts'
import type { PieceModel } from './model/model.ts'
import { createUnigram } from './model/unigram.ts'
import { Normalised } from './normalise/normalised.ts'
import { normaliserSteps } from './normalise/normalisers.ts'
import type { Edges, OffsetKind } from './normalise/normalisers.ts'
import { fastPath } from './fast-path.ts'
import { stepsOf } from './piece-file.ts'
import type { PieceFile } from './piece-file.ts'
import { Pieces, stringOf } from './split/pieces.ts'
import { preTokeniserOf } from './split/pre-tokenisers.ts'
import type { StretchTokeniser } from './stretch-tokeniser.ts'
import type { TokenBuffer } from './token-buffer.ts'

/** Appends the tokens of `text[from, to)`, normalised by itself; the edges say whether more text stands around it. */
export type PlainTokeniser = (text: string, from: number, to: number, edges: Edges) => void

/** Makes the loop for files that normalise a text, divide it into pieces and hand these to a model. */
export function createPieceTokeniser(
  file: PieceFile,
  buffer: TokenBuffer,
  offsets: OffsetKind,
): StretchTokeniser {
  const model =
    file.model.kind === 'byte-pair' ? createBytePair(file.model) : createUnigram(file.model)
  const plain = createPlainTokeniser(file, model, buffer, offsets)
  return fastPath(file, model, plain, buffer)
}

const isSpace = codePointSet(WHITESPACE).has

/** Every step in turn, whatever the file asks for. */
function createPlainTokeniser(
  file: PieceFile,
  model: PieceModel,
  buffer: TokenBuffer,
  offsets: OffsetKind,
): PlainTokeniser {
  const steps = normaliserSteps(file.normaliser, offsets)
  const divide = file.preTokeniser === undefined ? undefined : preTokeniserOf(file.preTokeniser)
  const pieces = new Pieces()
  let spare = new Normalised()
  const findAdded = normalisedTokens(file)
  const cutsAt = safeCuts(file)

  const normalise = (edges: Edges): void => {
    for (const step of steps) {
      step(pieces.text, spare, edges)
      const normalised = spare
      spare = pieces.text
      pieces.text = normalised
    }
  }

  const appendPieces = (text: string, floor: number): void => {
    divide?.(pieces)
    for (let i = 0; i < pieces.starts.length; i++) {
      const first = buffer.count
      const start = pieces.starts[i]!
      model(pieces.text, start, pieces.ends[i]!, buffer)
      const at = pieces.text.from[start]!
      const before = start > 0 ? pieces.text.to[start - 1]! : floor
      if (cutsAt(text, at, floor) && onlySpace(text, before, at)) buffer.mark(first)
    }
  }

  return (text, from, to, edges) => {
    pieces.text.load(text, from, to)
    normalise(edges)
    if (findAdded === undefined) {
      pieces.reset()
      appendPieces(text, from)
      return
    }
    const whole = new Normalised()
    whole.copy(pieces.text)
    const part = (start: number, end: number): void => {
      pieces.text.length = 0
      for (let i = start; i < end; i++) {
        pieces.text.push(whole.points[i]!, whole.from[i]!, whole.to[i]!)
      }
      pieces.reset()
      appendPieces(text, from)
    }
    let taken = 0
    for (const added of findAdded(whole)) {
      part(taken, added.start)
      buffer.mark(buffer.count)
      buffer.push(added.id, whole.from[added.start]!, whole.to[added.end - 1]!)
      taken = added.end
    }
    part(taken, whole.length)
  }
}

/**
 * Whether a piece that begins at a place is the same when the text begins there. Where something is put before a text, it is
 * where white space stands, which is then put before the rest too.
 */
function safeCuts(file: PieceFile): (text: string, at: number, floor: number) => boolean {
  const steps = stepsOf(file.preTokeniser)
  if (steps.some((step) => step.type === 'ByteLevel' && step.add_prefix_space)) {
    return (text, at) => at === 0 || text.charCodeAt(at) === SPACE
  }
  if (steps.some((step) => step.type === 'Metaspace' && step.prepend_scheme !== 'never')) {
    return (text, at, floor) =>
      at === 0 || isSpace(text.charCodeAt(at)) || (at > floor && isSpace(text.charCodeAt(at - 1)))
  }
  return () => true
}

/** A character that is neither white space nor in any token would go to one side of a cut, and may matter there. */
function onlySpace(text: string, from: number, to: number): boolean {
  for (let i = from; i < to; i++) if (!isSpace(text.charCodeAt(i))) return false
  return true
}

const SPACE = 0x20

type NormalisedFinder = (text: Normalised) => { id: number; start: number; end: number }[]

/** Finds the added tokens of normalised text, which are normalised themselves, by code point. */
function normalisedTokens(file: PieceFile): NormalisedFinder | undefined {
  const tokens = file.addedTokens.filter(({ normalised }) => normalised)
  if (tokens.length === 0) return undefined
  const steps = normaliserSteps(file.normaliser)
  const normalised = (content: string): string => {
    let [text, spare] = [new Normalised(), new Normalised()]
    text.load(content, 0, content.length)
    for (const step of steps) {
      step(text, spare, { atStart: true, atEnd: true })
      ;[text, spare] = [spare, text]
    }
    return stringOf(text.points, 0, text.length)
  }
  const find = createAddedTokenFinder(
    tokens
      .map((token) => ({ ...token, content: normalised(token.content) }))
      .filter(({ content }) => content !== ''),
  )
  return (text) => {
    const string = stringOf(text.points, 0, text.length)
    const found = [...find(string)]
    if (found.length === 0) return []
    const pointOf = new Map<number, number>()
    let unit = 0
    for (let i = 0; i < text.length; i++) {
      pointOf.set(unit, i)
      unit += text.points[i]! > 0xffff ? 2 : 1
    }
    pointOf.set(unit, text.length)
    return found.map(({ id, start, end }) => ({
      id,
      start: pointOf.get(start)!,
      end: pointOf.get(end)!,
    }))
  }
}
