import { z } from 'zod'
import type { GeneratedText } from '../../topology/ports/model-server.ts'
import { BatchRefused } from '../batching/item.ts'
import type { ItemAnswer } from '../batching/item.ts'
import { WrongModel } from '../batching/model-pool.ts'
import type { ModelItem, ReadResponse } from '../batching/model-pool.ts'
import type { ResultCodec } from '../batching/remembered-results.ts'
import type { SummariseCard } from '../models/model-card.ts'
import { readAnswer, unknownCitations } from '../prompts/answer.ts'
import type { SummaryAnswer } from '../prompts/answer.ts'

/** An answer that is sound, and what it took. */
export interface Answered {
  readonly answer: SummaryAnswer
  readonly tokensIn: number
  readonly tokensOut: number
}

/** Takes the answers out of a response. What is cut off, not as its schema says, or cites what it was not given is none. */
export function readAnswers(card: SummariseCard): ReadResponse<Answered> {
  return (response, items) => {
    if (response.kind !== 'texts') throw new WrongModel(card, `it answers ${response.kind}`)
    const { texts } = response
    if (texts.length !== items.length)
      throw new BatchRefused('failed', `${texts.length} answers to ${items.length} chats`)
    return texts.map((text, i) => checked(text, items[i] as ModelItem))
  }
}

function checked(
  { text, tokensIn, tokensOut, truncated }: GeneratedText,
  { citable }: ModelItem,
): ItemAnswer<Answered> {
  if (truncated) return bad(`the answer was cut off after ${tokensOut} tokens; raise llm.maxTokens`)
  const answer = readAnswer(text)
  if (!answer) return bad('the answer is not as the JSON schema of its prompt says')
  const unknown = citable ? unknownCitations(answer, citable) : 0
  if (unknown > 0) return bad(`the answer cites ${unknown} chunks that were not in its prompt`)
  return { kind: 'ok', result: { answer, tokensIn, tokensOut } }
}

const bad = (message: string): ItemAnswer<never> => ({ kind: 'bad', message })

const remembered = z.object({
  answer: z.unknown(),
  tokensIn: z.int().min(0),
  tokensOut: z.int().min(0),
})

/** Answers as JSON. Their citations were checked, and what they were held to is part of what they are remembered by. */
export const answerCodec: ResultCodec<Answered> = {
  bytesOf: (answered) => Buffer.from(JSON.stringify(answered)),
  resultOf: (bytes) => {
    try {
      const { answer, ...rest } = remembered.parse(JSON.parse(Buffer.from(bytes).toString()))
      const sound = readAnswer(JSON.stringify(answer))
      return sound && { answer: sound, ...rest }
    } catch {
      return undefined
    }
  },
}
