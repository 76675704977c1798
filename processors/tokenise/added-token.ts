import { z } from 'zod'

/** A token that is found in the text before anything else, such as `[SEP]`. */
export interface AddedToken {
  readonly id: number
  readonly content: string
  readonly special: boolean
  /** Not found inside a word. */
  readonly singleWord: boolean
  /** White space before (after) it belongs to it. */
  readonly leftStrip: boolean
  readonly rightStrip: boolean
  /** Found in the normalised text, not in the raw one. */
  readonly normalised: boolean
}

/** Tables are as long as the highest id: far above any real vocabulary, far below what would hurt. */
const MOST_IDS = 1 << 24

export const tokenId = z
  .int()
  .min(0)
  .max(MOST_IDS - 1)

export const addedTokenSchema = z
  .object({
    id: tokenId,
    content: z.string().min(1),
    special: z.boolean().default(false),
    single_word: z.boolean().default(false),
    lstrip: z.boolean().default(false),
    rstrip: z.boolean().default(false),
    normalized: z.boolean(),
  })
  .transform((token): AddedToken => ({
    id: token.id,
    content: token.content,
    special: token.special,
    singleWord: token.single_word,
    leftStrip: token.lstrip,
    rightStrip: token.rstrip,
    normalised: token.normalized,
  }))
