import { BatchRefused } from '../batching/item.ts'
import type { ItemAnswer } from '../batching/item.ts'
import { floatsCodec } from '../batching/remembered-results.ts'
import type { ResultCodec } from '../batching/remembered-results.ts'
import { WrongModel } from '../batching/model-pool.ts'
import type { ReadResponse } from '../batching/model-pool.ts'
import type { EmbedCard } from '../models/model-card.ts'

/** How far the length of a vector may be from 1. */
const NORM_TOLERANCE = 1e-3

/** Takes the rows out of a response, whose memory they share, and checks that each is a finite vector of length 1. */
export function readVectors(card: EmbedCard): ReadResponse<Float32Array> {
  return (response, items) => {
    if (response.kind !== 'vectors') throw new WrongModel(card, `it answers ${response.kind}`)
    const { dimensions, values } = response
    if (dimensions !== card.dimensions)
      throw new WrongModel(card, `vectors of ${dimensions} dimensions`)
    if (values.length !== items.length * dimensions)
      throw new BatchRefused('failed', `${values.length} numbers for ${items.length} vectors`)
    const answers: ItemAnswer<Float32Array>[] = []
    for (let at = 0; at < values.length; at += dimensions)
      answers.push(checkVector(values.subarray(at, at + dimensions)))
    return answers
  }
}

/** Vectors of the card's model as bytes; only sound ones are read back. */
export const vectorCodec = ({ dimensions }: EmbedCard): ResultCodec<Float32Array> =>
  floatsCodec((values) => values.length === dimensions && checkVector(values).kind === 'ok')

function checkVector(vector: Float32Array): ItemAnswer<Float32Array> {
  let square = 0
  for (const value of vector) square += value * value
  if (!Number.isFinite(square)) return { kind: 'bad', message: 'the vector is not finite' }
  if (Math.abs(Math.sqrt(square) - 1) > NORM_TOLERANCE)
    return { kind: 'bad', message: 'the vector is not normalised' }
  return { kind: 'ok', result: vector }
}
