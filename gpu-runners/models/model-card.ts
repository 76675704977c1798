import { parse } from 'yaml'
import { z } from 'zod'
import { recogniseProblems } from './token-labels.ts'

/** A measured figure, with the command that shows it. */
const figure = z.strictObject({
  what: z.string(),
  value: z.string(),
  command: z.string(),
})

const batching = z.strictObject({
  /** `padded`: longest item × items. `sum`: all tokens. */
  cost: z.enum(['padded', 'sum']),
  maxBatchTokens: z.int().positive(),
  maxBatchItems: z.int().positive(),
})

const common = {
  /** As the model server knows it. */
  name: z.string().regex(/^[a-z0-9-]+$/),
  /** Must be answered by exactly this version; a new one is a new name for its results. */
  version: z.string().min(1),
  /** What the model honestly is, in a few sentences. */
  summary: z.string().min(1),
  licence: z.string().min(1),
  languages: z.array(z.string()),
  /** What a request holds for each item. */
  input: z.enum(['text', 'ids']),
  /** The most tokens of an item that the model reads, special tokens included. */
  maxTokens: z.int().positive(),
  /** Ids that the model wants before and after those of a text, such as `[CLS]` and `[SEP]`; for input `ids`. */
  specialTokens: z
    .strictObject({ before: z.array(z.int().min(0)), after: z.array(z.int().min(0)) })
    .optional(),
  /** Hex SHA-256 of the tokenizer.json whose ids the model reads; for input `ids`. */
  tokenizerSha256: z
    .string()
    .regex(/^[0-9a-f]{64}$/)
    .optional(),
  batching,
  intendedUse: z.array(z.string()).min(1),
  limits: z.array(z.string()).min(1),
  measured: z.array(figure),
}

const label = z.strictObject({
  label: z.string().min(1),
  /** A score at or above it is accepted. */
  threshold: z.number().min(0).max(1),
  doc: z.string().min(1),
})

const recognise = z
  .strictObject({
    task: z.literal('recognise'),
    ...common,
    input: z.literal('ids'),
    /** What each token may be, in the order of the model's scores: `O`, and `B-PER`, `I-PER`, … (also with `E-`, `S-`, or no letter). */
    labels: z.array(z.string().regex(/^\S+$/, 'no spaces')).min(2),
    /** What policies call the kinds of the labels: `PER: PERSON`. Null: a kind that is nobody's business. */
    types: z.record(z.string(), z.string().regex(/^[A-Z][A-Z0-9_]{1,47}$/).nullable()),
    /** A name whose mean probability is at or above it is one. */
    threshold: z.number().min(0).max(1),
    /** Tokens that a window of a long text repeats from the one before. */
    overlap: z.int().min(0),
  })
  .superRefine((card, context) => {
    for (const { path, message } of recogniseProblems(card))
      context.addIssue({ code: 'custom', path: [path], message })
  })

const modelCard = z.discriminatedUnion('task', [
  z.strictObject({
    task: z.literal('embed'),
    ...common,
    dimensions: z.int().positive(),
    metric: z.enum(['cosine']),
  }),
  z.strictObject({ task: z.literal('classify'), ...common, labels: z.array(label).min(1) }),
  z.strictObject({
    task: z.literal('summarise'),
    ...common,
    input: z.enum(['text', 'ids', 'chat']),
    /** The most tokens of a summary. */
    maxSummaryTokens: z.int().positive(),
  }),
  recognise,
])

/** What a model is and how it must be asked: the contract between the runners and the model server. */
export type ModelCard = z.infer<typeof modelCard>
export type EmbedCard = Extract<ModelCard, { task: 'embed' }>
export type ClassifyCard = Extract<ModelCard, { task: 'classify' }>
export type SummariseCard = Extract<ModelCard, { task: 'summarise' }>
export type RecogniseCard = Extract<ModelCard, { task: 'recognise' }>

/** Reads a `card.yaml`. Throws with every problem, one per line, when it is not a card. */
export function parseModelCard(yaml: string): ModelCard {
  const result = modelCard.safeParse(parse(yaml))
  if (!result.success) throw new Error(`not a model card:\n${z.prettifyError(result.error)}`)
  return result.data
}
