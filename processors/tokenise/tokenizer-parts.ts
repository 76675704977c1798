import { z } from 'zod'
import { charsmapNormaliser } from './normalise/charsmap.ts'
import { simpleMatcher } from './split/pattern.ts'
import { scannerFor } from './split/scanners.ts'

/** The parts of a `tokenizer.json` around a byte-pair or Unigram model. Anything else in a file is refused by its name. */

const string = z.object({ String: z.string().min(1) })
const regex = (known: (pattern: string) => boolean) =>
  z.object({ Regex: z.string().refine(known, 'a regular expression that is not supported') })
const isSimple = (pattern: string): boolean => simpleMatcher(pattern) !== undefined
const isKnown = (pattern: string): boolean => isSimple(pattern) || scannerFor(pattern) !== undefined
const isCharsmap = (base64: string): boolean => {
  try {
    charsmapNormaliser(base64)
    return true
  } catch {
    return false
  }
}

const oneNormaliser = z.discriminatedUnion('type', [
  z.object({ type: z.enum(['NFC', 'NFD', 'NFKC', 'NFKD']) }),
  z.object({ type: z.literal('Lowercase') }),
  z.object({ type: z.literal('StripAccents') }),
  z.object({ type: z.literal('Strip'), strip_left: z.boolean(), strip_right: z.boolean() }),
  z.object({
    type: z.literal('Replace'),
    pattern: z.union([string, regex(isSimple)]),
    content: z.string(),
  }),
  z.object({ type: z.literal('Prepend'), prepend: z.string() }),
  z.object({
    type: z.literal('Precompiled'),
    precompiled_charsmap: z.string().refine(isCharsmap, 'not a precompiled map of characters'),
  }),
])

export type NormaliserPart =
  | z.infer<typeof oneNormaliser>
  | { readonly type: 'Sequence'; readonly normalizers: readonly NormaliserPart[] }

export const normaliserPart: z.ZodType<NormaliserPart> = z.lazy(() =>
  z.discriminatedUnion('type', [
    ...oneNormaliser.options,
    z.object({ type: z.literal('Sequence'), normalizers: z.array(normaliserPart) }),
  ]),
)

const behaviour = z.enum([
  'Removed',
  'Isolated',
  'MergedWithPrevious',
  'MergedWithNext',
  'Contiguous',
])

const metaspace = z
  .object({
    type: z.literal('Metaspace'),
    replacement: z.string().refine((text) => Array.from(text).length === 1, 'not one character'),
    prepend_scheme: z.enum(['always', 'first', 'never']).optional(),
    /** What older files have for the scheme. */
    add_prefix_space: z.boolean().optional(),
    split: z.boolean().default(true),
  })
  .transform(({ add_prefix_space, prepend_scheme, ...rest }) => ({
    ...rest,
    prepend_scheme: prepend_scheme ?? (add_prefix_space === false ? 'never' : 'always'),
  }))

const split = z
  .object({
    type: z.literal('Split'),
    pattern: z.union([string, regex(isKnown)]),
    behavior: behaviour,
    invert: z.boolean().default(false),
  })
  .refine(
    // The long regular expressions match everything, so this is the only way that makes sense.
    ({ pattern, behavior, invert }) =>
      !('Regex' in pattern) ||
      isSimple(pattern.Regex) ||
      (behavior === 'Isolated' && !invert) ||
      (behavior === 'Removed' && invert),
    'a behaviour that is not supported with this regular expression',
  )

const onePreTokeniser = [
  z.object({ type: z.literal('BertPreTokenizer') }),
  z.object({ type: z.literal('WhitespaceSplit') }),
  z.object({ type: z.literal('Whitespace') }),
  z.object({ type: z.literal('Punctuation'), behavior: behaviour.default('Isolated') }),
  z.object({ type: z.literal('Digits'), individual_digits: z.boolean().default(false) }),
  z.object({
    type: z.literal('CharDelimiterSplit'),
    delimiter: z.string().refine((text) => Array.from(text).length === 1, 'not one character'),
  }),
  split,
  metaspace,
  z.object({
    type: z.literal('ByteLevel'),
    add_prefix_space: z.boolean().default(true),
    use_regex: z.boolean().default(true),
  }),
] as const

const anyOne = z.union(onePreTokeniser)

export type PreTokeniserPart =
  | z.infer<typeof anyOne>
  | { readonly type: 'Sequence'; readonly pretokenizers: readonly PreTokeniserPart[] }

export const preTokeniserPart: z.ZodType<PreTokeniserPart> = z.lazy(() =>
  z.discriminatedUnion('type', [
    ...onePreTokeniser,
    z.object({ type: z.literal('Sequence'), pretokenizers: z.array(preTokeniserPart) }),
  ]),
)

export const bytePairPart = z.object({
  dropout: z.literal(0).nullish(),
  unk_token: z.string().nullish(),
  continuing_subword_prefix: z.literal('').nullish(),
  end_of_word_suffix: z.literal('').nullish(),
  fuse_unk: z.boolean().default(false),
  byte_fallback: z.boolean().default(false),
  ignore_merges: z.boolean().default(false),
})

export const unigramPart = z.object({
  unk_id: z.int().min(0),
  byte_fallback: z.boolean().default(false),
  vocab: z.array(z.tuple([z.string(), z.number()])).min(1),
})
