import { BatchRefused } from '../batching/item.ts'
import type { ItemAnswer } from '../batching/item.ts'
import { WrongModel } from '../batching/model-pool.ts'
import type { ReadResponse } from '../batching/model-pool.ts'
import type { RecogniseCard } from '../models/model-card.ts'
import { tokenLabelOf } from '../models/token-labels.ts'

/** Of every token of an item two numbers: which label of the card it has, and how probable its kind is, 0 to 1. */
export type TokenLabels = Float32Array

/**
 * Takes the scores out of a response: softmax over the labels of a token, whose probabilities are added up by kind, as `B-PER` and `I-PER`
 * are the same person; the most probable kind has the token, by the best of its labels. Checks that there are enough scores, and all of
 * them numbers. Special tokens are answered like others.
 */
export function readTokenLabels(card: RecogniseCard): ReadResponse<TokenLabels> {
  const pick = labelPicker(card.labels)
  return (response, items) => {
    if (response.kind !== 'token-scores') throw new WrongModel(card, `it answers ${response.kind}`)
    const { labels, tokens, values } = response
    if (labels.join('\n') !== card.labels.join('\n'))
      throw new WrongModel(card, `it answers the labels ${labels.join(', ')}`)
    const width = tokens * labels.length
    if (values.length !== items.length * width)
      throw new BatchRefused('failed', `${values.length} scores for ${items.length} items`)
    return items.map(({ input }, row) => {
      const length = input.ids?.length ?? 0
      if (length > tokens)
        throw new WrongModel(card, `it answers ${tokens} tokens where ${length} were asked about`)
      return labelsIn(values.subarray(row * width, row * width + length * labels.length), pick)
    })
  }
}

interface LabelPicker {
  readonly labels: number
  /** Writes what the token has whose scores begin at `from`. Not a number where one of them is none. */
  readonly pick: (scores: Float32Array, from: number, into: Float32Array, at: number) => void
}

const labelsIn = (scores: Float32Array, { labels, pick }: LabelPicker): ItemAnswer<TokenLabels> => {
  const result = new Float32Array((scores.length / labels) * 2)
  for (let at = 0; at < result.length; at += 2) {
    pick(scores, (at / 2) * labels, result, at)
    if (Number.isNaN(result[at + 1])) return { kind: 'bad', message: 'a score is no number' }
  }
  return { kind: 'ok', result }
}

const labelPicker = (labels: readonly string[]): LabelPicker => {
  const kinds = labels.map((label) => tokenLabelOf(label).kind)
  const kindOf = Uint16Array.from(kinds, (kind) => kinds.indexOf(kind))
  const weights = new Float64Array(labels.length)
  const pick: LabelPicker['pick'] = (scores, from, into, at) => {
    let most = -Infinity
    for (let i = 0; i < labels.length; i++) most = Math.max(most, scores[from + i]!)
    weights.fill(0)
    let sum = 0
    for (let i = 0; i < labels.length; i++) {
      // Infinite or no number at all: so is the sum then.
      const weight = Math.exp(scores[from + i]! - most)
      weights[kindOf[i]!]! += weight
      sum += weight
    }
    const kind = placeOfMost(weights)
    into[at] = bestOfKind(scores, from, kindOf, kind)
    into[at + 1] = weights[kind]! / sum
  }
  return { labels: labels.length, pick }
}

const placeOfMost = (values: Float64Array): number => {
  let best = 0
  for (let i = 1; i < values.length; i++) if (values[i]! > values[best]!) best = i
  return best
}

const bestOfKind = (
  scores: Float32Array,
  from: number,
  kindOf: Uint16Array,
  kind: number,
): number => {
  let best = kind
  for (let i = kind + 1; i < kindOf.length; i++)
    if (kindOf[i] === kind && scores[from + i]! > scores[from + best]!) best = i
  return best
}
