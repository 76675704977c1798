import { createCoverageGain } from './coverage-gain.ts'
import { cutToBudget } from './cut-to-budget.ts'
import type { SentenceMatter } from './sentence-matter.ts'
import { collapse, wholeSpan } from './source-sentences.ts'
import type { SourceSentences, Span } from './source-sentences.ts'

/** Shorter sentences are answers and fillers, longer ones are not sentences. */
const [LEAST_WORDS, MOST_WORDS] = [6, 60] as const

/** How much may be chosen, and how it is counted. */
interface Budget {
  readonly maxTokens: number
  readonly countTokens: (text: string) => number
}

/** A chosen stretch, as a summary has it. */
interface Piece extends Span {
  readonly text: string
  readonly tokens: number
}

/**
 * Sentences of a text within a budget, in its order.
 *
 * All of them where they fit, but for those that are there already, word for word. Otherwise one after the other that adds most to what has been chosen, while
 * it fits: first of those of six to sixty words; of all others where these leave half of the budget; of those
 * that are like chosen ones where half is left still. Where it is even then, the best of the
 * sentences that are longer than is read at once is cut to the rest from its beginning; where none fits, the best of all.
 */
export function chooseSentences(
  source: SourceSentences,
  matter: SentenceMatter,
  { maxTokens, countTokens }: Budget,
): readonly Piece[] {
  const { text, continued } = source
  const coverage = createCoverageGain(matter)
  const chosen = new Map<number, Piece>()
  const texts = new Set<string>()
  const all = matter.lengths.map((_, sentence) => sentence).filter((each) => !continued.has(each))
  let room = maxTokens

  const pieceOf = (span: Span): Piece => {
    const piece = collapse(text, span)
    return { ...span, text: piece, tokens: countTokens(piece) }
  }
  const wholes: (Piece | undefined)[] = []
  const wholeOf = (sentence: number): Piece =>
    (wholes[sentence] ??= pieceOf(wholeSpan(source, sentence)))

  const add = (sentence: number, piece: Piece): void => {
    chosen.set(sentence, piece)
    texts.add(piece.text)
    room -= piece.tokens
    coverage.say(sentence)
  }
  const isNew = (sentence: number): boolean => {
    const whole = wholeOf(sentence)
    return whole.tokens > 0 && !texts.has(whole.text)
  }
  const isUnlike = (sentence: number): boolean => isNew(sentence) && !coverage.isRepeated(sentence)

  const fitTogether = (): boolean => {
    let sum = 0
    return all.every((sentence) => (sum += wholeOf(sentence).tokens) <= maxTokens)
  }

  const takeBest = (
    candidates: readonly number[],
    isWanted: (sentence: number) => boolean,
  ): void => {
    const left = new Set(candidates)
    for (;;) {
      let best = -1
      let most = 0
      for (const sentence of left) {
        if (coverage.mostOf(sentence) <= most || coverage.gainOf(sentence) <= most) continue
        if (wholeOf(sentence).tokens > room || !isWanted(sentence)) left.delete(sentence)
        else {
          best = sentence
          most = coverage.mostOf(sentence)
        }
      }
      if (best < 0) return
      left.delete(best)
      add(best, wholeOf(best))
    }
  }

  const takeCut = (): void => {
    const isLeftOut = (sentence: number): boolean =>
      continued.has(sentence + 1) && !chosen.has(sentence) && isUnlike(sentence)
    const candidates = chosen.size === 0 ? all : all.filter(isLeftOut)
    const [first] = candidates
    if (first === undefined) return
    const best = candidates.reduce(
      (a, b) => (coverage.gainOf(b) > coverage.gainOf(a) ? b : a),
      first,
    )
    const { start, end } = wholeOf(best)
    const units = cutToBudget(text.slice(start, end), room, countTokens)
    if (units > 0) add(best, pieceOf({ start, end: start + units }))
  }

  const isPlain = (sentence: number): boolean => {
    const length = matter.lengths[sentence] as number
    return length >= LEAST_WORDS && length <= MOST_WORDS && !continued.has(sentence + 1)
  }
  const isHalfLeft = (): boolean => room * 2 >= maxTokens

  if (fitTogether()) {
    for (const each of all) if (isNew(each)) add(each, wholeOf(each))
  } else {
    takeBest(all.filter(isPlain), isUnlike)
    const others = all.filter((sentence) => !isPlain(sentence))
    if (isHalfLeft()) takeBest(others, isUnlike)
    const likeOnes = all.filter((sentence) => !chosen.has(sentence))
    if (isHalfLeft()) takeBest(likeOnes, isNew)
  }
  if (isHalfLeft()) takeCut()
  return [...chosen].sort(([a], [b]) => a - b).map(([, piece]) => piece)
}
