import { z } from 'zod'
import { tokenId } from './added-token.ts'
import { TokenizerFileError, problemsOf } from './tokenizer-file-error.ts'

/** What a `tokenizer.json` does to the tokens of one text, besides finding them. */
export interface Around {
  /** Special tokens that a model expects before and after one text. */
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** White space that belongs to a token is left out of its offsets, once for each entry. */
  readonly trims: readonly Trim[]
}

export interface Trim {
  /** A space was put before the text: the first token's is not in the text. */
  readonly prefixed: boolean
}

const templatePart = z.union([
  z.object({ SpecialToken: z.object({ id: z.string() }) }),
  z.object({ Sequence: z.object({ id: z.literal('A') }) }),
])

const onePostProcessor = [
  z.object({
    type: z.literal('TemplateProcessing'),
    single: z.array(templatePart),
    special_tokens: z.record(z.string(), z.object({ ids: z.array(tokenId) })),
  }),
  z.object({
    type: z.literal('BertProcessing'),
    sep: z.tuple([z.string(), tokenId]),
    cls: z.tuple([z.string(), tokenId]),
  }),
  z.object({
    type: z.literal('RobertaProcessing'),
    sep: z.tuple([z.string(), tokenId]),
    cls: z.tuple([z.string(), tokenId]),
    trim_offsets: z.boolean().default(true),
    add_prefix_space: z.boolean().default(true),
  }),
  z.object({
    type: z.literal('ByteLevel'),
    trim_offsets: z.boolean().default(true),
    add_prefix_space: z.boolean().default(true),
  }),
] as const

const postProcessor = z.discriminatedUnion('type', [
  ...onePostProcessor,
  z.object({
    type: z.literal('Sequence'),
    processors: z.array(z.discriminatedUnion('type', onePostProcessor)),
  }),
])

type OneProcessor = Exclude<z.infer<typeof postProcessor>, { type: 'Sequence' }>

/** @throws {TokenizerFileError} when the post-processor is none of the known ones */
export function readPostProcessor(json: unknown): Around {
  const given = (json as { readonly post_processor?: unknown }).post_processor ?? undefined
  if (given === undefined) return { before: [], after: [], trims: [] }
  const parsed = postProcessor.safeParse(given)
  if (!parsed.success) {
    throw new TokenizerFileError(
      'tokenizer-unsupported',
      problemsOf(parsed.error, given, 'post_processor'),
    )
  }
  const processors = parsed.data.type === 'Sequence' ? parsed.data.processors : [parsed.data]
  const each = processors.map(aroundOf)
  return {
    before: each.toReversed().flatMap(({ before }) => before),
    after: each.flatMap(({ after }) => after),
    trims: each.flatMap(({ trims }) => trims),
  }
}

function aroundOf(processor: OneProcessor): Around {
  switch (processor.type) {
    case 'BertProcessing':
      return { before: [processor.cls[1]], after: [processor.sep[1]], trims: [] }
    case 'RobertaProcessing':
      return { before: [processor.cls[1]], after: [processor.sep[1]], trims: trimsOf(processor) }
    case 'ByteLevel':
      return { before: [], after: [], trims: trimsOf(processor) }
    case 'TemplateProcessing':
      return templateOf(processor)
  }
}

function trimsOf(part: { trim_offsets: boolean; add_prefix_space: boolean }): readonly Trim[] {
  return part.trim_offsets ? [{ prefixed: part.add_prefix_space }] : []
}

function templateOf(template: Extract<OneProcessor, { type: 'TemplateProcessing' }>): Around {
  const before: number[] = []
  const after: number[] = []
  let side = before
  for (const part of template.single) {
    if ('Sequence' in part) side = after
    else side.push(...(template.special_tokens[part.SpecialToken.id]?.ids ?? []))
  }
  return { before, after, trims: [] }
}
