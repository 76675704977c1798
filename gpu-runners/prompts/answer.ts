import { z } from 'zod'

const citations = {
  type: 'array',
  items: { type: 'string' },
  description: 'Ids of the chunks that say so, at least one.',
} as const

/** JSON schema of what every prompt for summaries asks for. */
export const ANSWER_SCHEMA = {
  type: 'object',
  properties: {
    summary: { type: 'string' },
    citations,
    points: {
      type: 'array',
      items: {
        type: 'object',
        properties: { text: { type: 'string' }, citations },
        required: ['text', 'citations'],
        additionalProperties: false,
      },
    },
  },
  required: ['summary', 'citations', 'points'],
  additionalProperties: false,
} as const

const said = z.string().trim().min(1)
const cited = z.array(z.string()).min(1)

const answer = z.strictObject({
  summary: said,
  citations: cited,
  points: z.array(z.strictObject({ text: said, citations: cited })).max(20),
})

/** A summary, what matters in it, and the ids of the chunks that each of them rests on. */
export type SummaryAnswer = z.output<typeof answer>

/** What a model answered; undefined when it is not as {@link ANSWER_SCHEMA} says. JSON may stand in a fenced block. */
export const readAnswer = (content: string): SummaryAnswer | undefined => {
  const fenced = /^```(?:json)?\s*([\s\S]*?)\s*```$/.exec(content.trim())
  try {
    return answer.safeParse(JSON.parse(fenced?.[1] ?? content)).data
  } catch {
    return undefined
  }
}

/** How many ids an answer cites that are none of those it was given. They are not told: a model can write anything there. */
export const unknownCitations = (
  { citations: all, points }: SummaryAnswer,
  known: ReadonlySet<string>,
): number =>
  [...all, ...points.flatMap((point) => point.citations)].filter((id) => !known.has(id)).length
