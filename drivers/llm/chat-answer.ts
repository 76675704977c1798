import { z } from 'zod'

/** What a server answered to a chat. */
export interface ChatAnswer {
  /** The model that says it answered. */
  readonly model: string | undefined
  readonly content: string
  /** Why it ended: `stop`, `length`, `content_filter`, or what else the server calls it. */
  readonly finish: string
  /** The model's own words for not answering; never shown, as they may repeat the text. */
  readonly refused: boolean
  /** 0 where the server does not count. */
  readonly tokensIn: number
  readonly tokensOut: number
}

/** Thrown when an answer is none, or not whole: another one may be. */
export class MalformedAnswer extends Error {}

/** Thrown for an error that came with a status of 200. */
export class ErrorInAnswer extends Error {
  readonly body: unknown

  constructor(body: unknown) {
    super('an error in an answer of 200')
    this.body = body
  }
}

const usage = z
  .object({ prompt_tokens: z.int().min(0), completion_tokens: z.int().min(0) })
  .nullish()
const words = z.object({ content: z.string().nullish(), refusal: z.string().nullish() })
const model = z.string().nullish()

const completion = z.object({
  model,
  choices: z.array(z.object({ message: words, finish_reason: z.string() })).min(1),
  usage,
})

const piece = z.object({
  model,
  choices: z
    .array(z.object({ delta: words.nullish(), finish_reason: z.string().nullish() }))
    .default([]),
  usage,
})

/** Takes a whole answer apart, in one piece or as events. Throws {@link MalformedAnswer} or {@link ErrorInAnswer}. */
export const readChatAnswer = (body: string): ChatAnswer =>
  body.trimStart().startsWith('{') ? readCompletion(body) : readEvents(body)

const readCompletion = (body: string): ChatAnswer => {
  const { model: from, choices, usage: used } = checked(completion, jsonOf(body))
  const [{ message, finish_reason: finish }] = choices as [(typeof choices)[number]]
  return {
    model: from ?? undefined,
    content: message.content ?? '',
    finish,
    refused: typeof message.refusal === 'string',
    tokensIn: used?.prompt_tokens ?? 0,
    tokensOut: used?.completion_tokens ?? 0,
  }
}

/** Server-sent events: lines of `data:`, the last one `[DONE]`. */
const readEvents = (body: string): ChatAnswer => {
  const data = body
    .split(/\r\n|\r|\n/)
    .flatMap((line) => (line.startsWith('data:') ? [line.slice(5).trim()] : []))
  const pieces = data
    .filter((each) => each !== '' && each !== '[DONE]')
    .map((each) => checked(piece, jsonOf(each)))
  const firsts = pieces.flatMap(({ choices }) => choices.slice(0, 1))
  const finish = firsts.findLast((each) => typeof each.finish_reason === 'string')?.finish_reason
  if (!data.includes('[DONE]') || typeof finish !== 'string')
    throw new MalformedAnswer(
      pieces.length === 0 ? 'no chat completion' : 'a stream that ended early',
    )
  const used = pieces.findLast((each) => each.usage)?.usage
  return {
    model: pieces.find((each) => typeof each.model === 'string')?.model ?? undefined,
    content: firsts.map(({ delta }) => delta?.content ?? '').join(''),
    finish,
    refused: firsts.some(({ delta }) => typeof delta?.refusal === 'string'),
    tokensIn: used?.prompt_tokens ?? 0,
    tokensOut: used?.completion_tokens ?? 0,
  }
}

const jsonOf = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new MalformedAnswer('an answer that is not JSON')
  }
}

const checked = <S extends z.ZodType>(schema: S, value: unknown): z.output<S> => {
  if (typeof value === 'object' && value !== null && 'error' in value && value.error)
    throw new ErrorInAnswer(value)
  const result = schema.safeParse(value)
  if (!result.success) throw new MalformedAnswer('an answer that is no chat completion')
  return result.data
}
