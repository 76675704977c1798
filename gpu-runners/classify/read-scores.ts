import { BatchRefused } from '../batching/item.ts'
import type { ItemAnswer } from '../batching/item.ts'
import { floatsCodec } from '../batching/remembered-results.ts'
import type { ResultCodec } from '../batching/remembered-results.ts'
import { WrongModel } from '../batching/model-pool.ts'
import type { ReadResponse } from '../batching/model-pool.ts'
import type { ClassifyCard } from '../models/model-card.ts'

/** Takes the rows out of a response and checks that each holds numbers from 0 to 1, one per label of the card. */
export function readScores(card: ClassifyCard): ReadResponse<Float32Array> {
  const wanted = card.labels.map(({ label }) => label)
  return (response, items) => {
    if (response.kind !== 'scores') throw new WrongModel(card, `it answers ${response.kind}`)
    const { labels, values } = response
    if (labels.join('\n') !== wanted.join('\n'))
      throw new WrongModel(card, `it answers the labels ${labels.join(', ')}`)
    if (values.length !== items.length * labels.length)
      throw new BatchRefused('failed', `${values.length} scores for ${items.length} items`)
    const answers: ItemAnswer<Float32Array>[] = []
    for (let at = 0; at < values.length; at += labels.length)
      answers.push(checkScores(values.slice(at, at + labels.length)))
    return answers
  }
}

/** Scores of the card's model as bytes; only sound ones are read back. */
export const scoreCodec = ({ labels }: ClassifyCard): ResultCodec<Float32Array> =>
  floatsCodec((values) => values.length === labels.length && checkScores(values).kind === 'ok')

const isScore = (score: number): boolean => score >= 0 && score <= 1

function checkScores(scores: Float32Array): ItemAnswer<Float32Array> {
  // NaN is not within the bounds either.
  const sound = scores.every(isScore)
  return sound ? { kind: 'ok', result: scores } : { kind: 'bad', message: 'a score is not in 0..1' }
}
